# SPDX-License-Identifier: BSD-3-Clause
"""What may be wrong with a line of C: every small change of a source text that
a tired programmer could make, one at a time."""
import re
from collections import namedtuple

# line: index of the first line; old, new: whole lines, joined
Mutant = namedtuple("Mutant", "file line old new kind")

# kind, what to find in code without comments and strings, what to put there
SWAPS = [
    ("order", r"__ATOMIC_ACQ_REL", ("__ATOMIC_ACQUIRE", "__ATOMIC_RELEASE",
                                    "__ATOMIC_RELAXED")),
    ("order", r"__ATOMIC_(ACQUIRE|RELEASE)", ("__ATOMIC_RELAXED",)),
    ("order", r"zrx_shm_load_acquire\b(?!\(p\) )", ("zrx_shm_load32",)),
    ("order", r"zrx_shm_store_release\b(?!\(p, v\) )", ("zrx_shm_store32",)),
    ("compare", r"(?<= )<(?= )", ("<=", ">")),
    ("compare", r"(?<= )>(?= )", (">=", "<")),
    ("compare", r"(?<= )<=(?= )", ("<",)),
    ("compare", r"(?<= )>=(?= )", (">",)),
    ("compare", r"(?<= )==(?= )", ("!=",)),
    ("compare", r"(?<= )!=(?= )", ("==",)),
    ("arithmetic", r"(?<= )\+(?= )", ("-",)),
    ("arithmetic", r"(?<= )-(?= )", ("+",)),
    ("arithmetic", r"(?<= )\*(?= )", ("/",)),
    ("arithmetic", r"(?<= )/(?= )", ("*",)),
    ("arithmetic", r"(?<= )<<(?= )", (">>",)),
    ("arithmetic", r"(?<= )>>(?= )", ("<<",)),
    ("arithmetic", r"(?<= )&(?= )", ("|",)),
    ("arithmetic", r"(?<= )\+=(?= )", ("-=", "=")),
    ("arithmetic", r"(?<= )-=(?= )", ("+=", "=")),
    ("step", r"\+\+", ("", "--")),
    ("step", r"(?<=\w)--", ("", "++")),
    ("logic", r"&&", ("||",)),
    ("logic", r"\|\|(?!$)", ("&&",)),
    ("logic", r"!(?=[\w(])", ("",)),
    ("value", r"\btrue\b", ("false",)),
    ("value", r"\bfalse\b", ("true",)),
    ("jump", r"\bcontinue;", ("break;",)),
]
NUMBER = re.compile(r"(?<![\w.])(0x[0-9a-fA-F]+|\d+)([uUlL]*)\b")
CONDITION = re.compile(r"^(\t+(?:if|while) )\((.*)\)( \{)?( \\)?$", re.S)
# what a statement that does something begins with
DOES = re.compile(r"^\t+(?!return\b|if\b|for\b|while\b|do\b|break\b|continue\b|"
                  r"static\b|const\b|struct\b|enum\b|bool\b|u?int\w*\b|uintptr_t"
                  r"|case\b|#|\})[\w*+(]")
# tells the compiler or a checker something, and no test can tell
HINT = re.compile(r"^#define (ZRX_PEER|zrx_(un)?likely)\b")
PREPROCESSOR = re.compile(r"^\s*#\s*(include|if|ifdef|ifndef|else|elif|endif"
                          r"|undef)\b")


def bare(text):
    """Comments and strings blanked, everything else in its place."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match.group())
    return re.sub(r'/\*.*?\*/|"[^"\n]*"', blank, text, flags=re.S)


def swaps(code, line):
    for kind, pattern, news in SWAPS:
        for hit in re.finditer(pattern, code):
            for new in news:
                yield kind, line[:hit.start()] + new + line[hit.end():]


def constants(code, line):
    if code.lstrip().startswith("ZRX_ABI_ASSERT"):
        return
    for hit in NUMBER.finditer(code):
        value = int(hit.group(1), 0)
        for new in (value + 1, value - 1):
            text = f"{new:#x}" if hit.group(1).startswith("0x") else str(new)
            yield "constant", (line[:hit.start()] + text + hit.group(2) +
                               line[hit.end():])


def one_line(file, codes, lines):
    for i, code in enumerate(codes):
        if PREPROCESSOR.match(code) or not code.strip() or HINT.match(code):
            continue
        for kind, new in (*swaps(code, lines[i]), *constants(code, lines[i])):
            yield Mutant(file, i, lines[i], new, kind)


def statements(codes):
    """(first, last) line of each statement or condition of a function."""
    first = None
    for i, code in enumerate(codes):
        text = code.rstrip("\\").rstrip()
        if first is None and text.startswith("\t"):
            first = i
        if first is None:
            continue
        head = codes[first].strip()
        open_ = sum(codes[j].count("(") - codes[j].count(")")
                    for j in range(first, i + 1))
        condition = head.startswith(("if (", "while ("))
        if text.endswith((";", "{", "}", ",")) and open_ <= 0 or \
                condition and open_ == 0:
            yield first, i
            first = None
        elif not text:
            first = None


def whole(file, codes, lines):
    """Statements deleted, conditions made constant."""
    for first, last in statements(codes):
        code = "\n".join(codes[first:last + 1])
        old = "\n".join(lines[first:last + 1])
        tail = " \\" if code.endswith("\\") else ""
        ends = code.rstrip("\\").rstrip().endswith(";")
        if DOES.match(code) and ends:
            yield Mutant(file, first, old, "\t;" + tail, "delete")
        match = CONDITION.match(code.rstrip())
        if match:
            before, what, brace, _ = match.groups()
            for new in ("0 && ", "1 || "):
                text = f"{before}({new}({what})){brace or ''}{tail}"
                if not (new.startswith("1") and "while" in before):
                    yield Mutant(file, first, old, text, "condition")


def mutants(file, text):
    lines, codes = text.split("\n"), bare(text).split("\n")
    seen = set()
    for m in (*one_line(file, codes, lines), *whole(file, codes, lines)):
        if (m.line, m.new) not in seen:
            seen.add((m.line, m.new))
            yield m


def apply(text, mutant):
    lines = text.split("\n")
    count = mutant.old.count("\n") + 1
    assert "\n".join(lines[mutant.line:mutant.line + count]) == mutant.old
    lines[mutant.line:mutant.line + count] = mutant.new.split("\n")
    return "\n".join(lines)
