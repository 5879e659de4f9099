"""Hostile answers: those that must land intact in every file, and those that must be refused."""

from dataclasses import dataclass

LONGEST = 160


@dataclass(frozen=True)
class Hostile:
    """One answer to one question, and whether the template takes it."""

    question: str
    value: str
    accepted: bool


TAKEN: dict[str, list[str]] = {
    "description": [
        'Says "double" twice', "Says 'single' and it's fine", 'Mixes "double" and \'single\'',
        "Runs `id` never", "Runs $(id) never", "Reads ${HOME} never", "Reads $HOME and $$ and $1 never",
        "Reads %PATH% never", "100% of 5%s and %d", "[[ description ]]", "[[ 7 * 7 ]]",
        "[% if x %]y[% endif %]", "[# a comment #]", "{{ 7 * 7 }}", "{% raw %}", "{# x #}",
        "${{ github.token }}", "#{x} and #[x]", "<%= x %>", "{braces} and [brackets] and (parentheses)",
        "Ends in a backslash \\", "C:\\temp\\new \\u0041 \\x41 \\n \\t \\0", "\\", "\\\\\\", '\\"',
        "# not a comment", "a # not a comment", "x: y: z", "key: [1, 2", "- not a list", "-", "--", "---",
        "...", "? not a key", "| not a block", "> not a quote", "& anchor", "*alias", "!tag value",
        "!!python/object:x", "@at", "`tick", "%YAML 1.2", "yes", "no", "null", "~", "true", "False", "on",
        "1e3", "0x1f", "017", "1_000", ".inf", "12:30:45", "2026-01-01", "=", "<<",
        "</script><script>alert(1)</script>", "<b>bold</b> & <i>", "&amp; &#65; &lt;", "*/ int x; /*",
        "// a comment", "-- a comment", "; rm -rf /", "| tee x", "a && b || c", "> /dev/null", "!!",
        "^caret^", 'Ends a string """ here', "Ends a string ''' here", "''", '""', '"', "'", "${X:-default}",
        "a=b=c", "[section]", "*emphasis* _and_ ~~so~~ __on__", "# Heading", "1. item",
        "[a link](https://example.com)", "![image](x.png)", "| a | b |", "===", "Naïve café Ünïcode ß",
        "Καλημέρα κόσμε", "日本語のサービス", "مرحبا بالعالم", "שלום", "🙂 emoji 👩👩👧", "é combining",
        "Å ﬁ", "x" * LONGEST, "é" * LONGEST, '"' * LONGEST, "\\" * LONGEST, "a  b   c", "a,b;c|d",
        "eof EOF <<EOF", "{'a': 1}", '{"a": 1}', "lambda: 0", "os.system('id')", "../../etc/passwd", "file:///etc/passwd",
    ],
    "project_name": [
        "abc", "a-1", "a--b", "a1b2c3", "a" * 40, "null", "true", "false", "yes", "off", "nan", "inf",
        "class", "import", "lambda", "none", "print", "self", "test", "tests", "logging", "json", "redis",
        "main", "app", "typing", "fastapi", "starlette", "e10", "x0f", "con-fig", "set", "object", "web",
        "worker", "migrate", "default", "localhost", "docker", "with-a-rather-long-name-of-forty-letters",
    ],
    "owner": [
        "a", "1", "0", "007", "1e3", "0x1f", "null", "true", "yes", "on", "1/2", "null/true",
        "acme/payments", "a-b/c-d", "a" * 39, "acme/" + "b" * 63, "12-30", "2026-01-01", "0b1", "0o7", "nan",
    ],
    "image_repository": [
        "a/b", "1/2", "localhost/x", "localhost:5000/x", "10.0.0.1:5000/team/app", "r.io/a/b/c/d/e/f/g/h",
        "r.io/a_b.c-d", "r.io/a.b", "a.b-c.d/e", "1e3/1e3", "registry.example.com:443/shop/orders-api",
        "a:1/b", "a:9999/b", "a:65535/b",
    ],
    "base_image_prefix": [
        "", "mirror/", "localhost:5000/", "10.0.0.1:5000/hub/", "mirror.example.com/",
        "mirror.example.com/a/b/", "1e3/", "a.b/c_d.e-f/", "a:65535/",
    ],
}  # fmt: skip

REFUSED: dict[str, list[str]] = {
    "description": [
        "", " ", "  \t ", " leading", "trailing ", "two\nlines", "ends in a line break\n",
        "\nbegins with one", "carriage\rreturn", "tab\there", "nul\x00", "bell\x07", "escape \x1b[31m",
        "delete\x7f", "next line\x85", "line separator\u2028", "paragraph separator\u2029",
        "no-break\xa0space", "zero width\u200bspace", "joiner\u200dhere", "right-to-left override\u202e",
        "isolate\u2066", "mark\ufeff", "private\ue000", "unassigned\u0378", "x" * (LONGEST + 1), "é" * 1000,
        "\u3000ideographic space",
    ],
    "project_name": [
        "", " ", "a", "ab", "a" * 41, "Abc", "ABC", "aBc", "abc\n", "abc\r", "\nabc", " abc", "abc ",
        "a b c", "a_b", "a.b", "a/b", "../x", "..", ".abc", "-abc", "abc-", "1abc", "abc!", "abc;id",
        "$(id)", "`id`", "abc'", 'ab"c', "[[ x ]]", "{{ x }}", "a\\b", "a:b", "a*c", "a?c", "a|b", "Ünïcode",
        "ünicode", "abcé", "名前は", "\u0430bc", "abc\u200b", "abc\x00", "a%b", "a&b", "a#b", "a,b", "~abc",
    ],
    "owner": [
        "", " ", "A", "Acme", "acme/", "/acme", "acme//x", "a/b/c", "-a", "a-", "a/-b", "a/b-", "a_b", "a.b",
        "a b", "a\n", "a/b\n", " a", "a ", "@a", "a@b", "a,b", "a" * 40, "a/" + "b" * 64, "équipe", "$(id)",
        "[[ x ]]", '"', "#", "..", "../x", "a*", "a;b", "team@example.com",
    ],
    "image_repository": [
        "", "x", "a/b:latest", "a/b:1", "a/b@sha256:" + "0" * 64, "A/b", "a/B", "/a/b", "a//b", "a/b/",
        "a/../b", "../a", "a/.b", "a/b.", "a/b-", "a/_b", "a/b..c", "https://a/b", "a:port/b", "a:123456/b",
        "a:65536/b", "a:99999/b", "a:0/b", "a:080/b",
        "a:/b", "-a/b", "a/b\n", " a/b", "a/b ", "a b/c", "a/é", "a/b/c/d/e/f/g/h/i/j", "$(id)/x",
        "a/[[ x ]]", "a/'", 'a/"', "a/b#c", "a/b?c",
    ],
    "base_image_prefix": [
        " ", "/", "mirror", "mirror.example.com", "Mirror/", "a//", "a//b/", "/a/", "https://a/", "a/b",
        "a/b:1/", "a/ ", "a/\n", " a/", "a/../", "../", "a/é/", "a:port/",
        "a:65536/", "a:0/b/", "$(id)/", "[[ x ]]/", "'/", '"/',
        "a#/", "a/b@c/",
    ],
}  # fmt: skip

ANSWERS = [Hostile(question, value, True) for question, values in TAKEN.items() for value in values] + [
    Hostile(question, value, False) for question, values in REFUSED.items() for value in values
]
