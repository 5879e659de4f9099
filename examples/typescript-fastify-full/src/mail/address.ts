/** A plain address: no name, no quotes, nothing that could end a header. */
export const ADDRESS = {
  maxLength: 254,
  pattern: "^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\\.[A-Za-z0-9-]{1,63})+$",
};
