#!/bin/sh
# The sample's cart.
cart_open() {
    printf '%s\n' "${COOKIE_SECURE:-true}"
}
