"""How test runners say that a test failed, and what of it explains why."""

from tools.ci.signs import Category, signs

_TEST, _TIMEOUT, _FLAKY = Category.TEST, Category.TIMEOUT, Category.FLAKY

_PYTHON = (
    *signs(
        _TEST,
        (8.0, "error", r"^\S+\.(?:py|pyx|rst|md|ipynb):\d+: (?:\w+\.)*\w*(?:Error|Exception|Warning)\b"),
        (8.0, "fail", r"^\S+\.(?:py|rst|md|txt):\d+: \w*Fail(?:ure|ed)\b"),
        (8.0, "warning", r"^\S+\.py:\d+: \w+Warning$"),
        (7.5, "error", r"^E\s{2,}(?:\w+\.)*\w*(?:Error|Exception|Exit|Interrupt)\b"),
        (7.0, "warning", r"^E\s{2,}(?:\w+\.)*\w*Warning\b"),
        (6.5, "assert", r"^E\s{2,}"),
        (6.0, "fail", r"^E\s{2,}"),
        (6.0, "assert", r"^AssertionError\b"),
        before=2,
    ),
    *signs(
        _TEST,
        (8.5, "fail", r"^(?:\[gw\d+\] )?(?:\[\s*\d+%\] )?FAILED (?:\S+::|\S+\.(?:py|rst|md)\b)"),
        (8.0, "error", r"^ERROR (?:collecting )?\S+(?:::|\.py)"),
        (8.5, "fail", r"^=+ .*\b[1-9]\d* (?:failed|errors?)\b.* in [\d.:]+ ?s?"),
        (8.0, "error", r"^=+ .*\b[1-9]\d* errors?\b.* in [\d.:]+ ?s?"),
        (8.0, "fail", r"^FAILED \((?:failures|errors)="),
        (5.0, "fail", r"^=+ FAILURES =+$"),
        (5.0, "error", r"^=+ ERRORS =+$"),
        (7.5, "__ ", r"^_{3,} .*\S _{3,}$"),
        after=1,
        lasting=True,
    ),
    *signs(
        _TEST,
        (8.5, "fail", r"^FAIL: \S+ \("),
        (8.5, "error", r"^ERROR: \w+ \([\w.]+\)"),
        (9.0, "segmentation fault", r"Segmentation fault"),
        (9.0, "fatal python", r"^Fatal Python error"),
        (8.0, "sigsegv", r"\bSIGSEGV\b"),
        (8.0, "sigabrt", r"\bSIGABRT\b"),
        after=9,
        before=2,
    ),
    *signs(_TEST, (6.5, "expected:", r"^Expected:$"), (6.5, "got:", r"^Got:$"), after=3, before=4),
)

_JAVASCRIPT = (
    *signs(_TEST, (8.0, "●", r"^\s*● (?!Console)\S"), (7.0, "expect(", r"\bexpect\([\w ]*\)\.\w"), after=12, before=1),
    *signs(
        _TEST,
        (8.0, "fail", r"^\s*FAIL\s+\S+"),
        (7.5, "assertionerror", r"AssertionError\b"),
        (6.5, "expected", r"^\s*(?:[-+] )?(?:Expected|Expected value)\b[^:]{0,30}:"),
        (6.5, "received", r"^\s*(?:[-+] )?Received\b[^:]{0,30}:"),
        (6.5, "snapshot", r"^\s*[-+] (?:Snapshot|Received)\s+[-+] \d+"),
        (6.5, "snapshot name", r"^\s*Snapshot name:"),
        (7.5, "✕", r"^\s*✕ "),
        (7.0, "not ok", r"^\s*not ok \d+"),
        (7.0, "failing", r"^\s*[1-9]\d* failing\b"),
        after=6,
    ),
    *signs(
        _TEST,
        (8.0, "failed", r"^\s*(?:Test Suites|Tests|Test Files|Snapshots):?\s+.*\b[1-9]\d* failed"),
        (8.0, "snapshot", r"\b[1-9]\d* snapshots? (?:failed|obsolete)"),
        after=0,
        lasting=True,
    ),
)

_COMPILED = (
    *signs(
        _TEST,
        (8.5, "--- fail", r"^\s*--- FAIL: "),
        (8.5, "[fail", r"\[FAIL(?:ED)?\]"),
        (7.5, "_test.go:", r"^\s+\S*_test\.go:\d+: "),
        (6.5, "_test.go:", r"_test\.go:\d+\b"),
        (7.0, "error trace", r"^\s+Error Trace:"),
        (8.0, "failed", r"^test .+ \.\.\. FAILED"),
        (8.0, "panicked", r"^thread '.*' (?:\(\d+\) )?panicked at"),
        (8.0, "panic:", r"^panic: (?!test timed out)"),
        (7.5, " stdout ----", r"^---- .+ stdout ----"),
        (9.0, "check", r"error: (?:CHECK|[A-Z-]+)\S*: (?:expected string not found|CHECK)"),
        (7.5, "mismatch", r"(?:stderr|stdout|output|snapshot|golden)\w* mismatch|mismatch(?:ed)? (?:stderr|stdout)"),
        (8.0, "[  failed", r"^\[\s+FAILED\s+\]"),
        (8.0, "failure", r"^\S+:\d+: Failure$"),
        (8.0, "***failed", r"\*\*\*Failed"),
        (7.0, "to receive", r"^\s+to receive something"),
        after=8,
        before=1,
    ),
    *signs(
        _TEST,
        (7.5, "fail", r"^FAIL\s+\S+\s+(?:[\d.]+s|\[)"),
        (8.0, "fail!", r"^FAIL! -- "),
        (5.0, "fail", r"^FAIL$"),
        (8.5, "test result", r"test result: FAILED"),
        (7.5, "specs", r"^Ran \d+ of \d+ Specs"),
        (7.5, "summarizing", r"^Summarizing [1-9]\d* Failure"),
        (8.0, "tests failed", r"\b[1-9]\d* tests? failed\b"),
        (8.0, "the following tests failed", r"following tests FAILED"),
        after=1,
        lasting=True,
    ),
)

_MANAGED = (
    *signs(
        _TEST,
        (8.0, "failed", r"^\S+(?: > .+)+ FAILED$"),
        (8.0, "failures!", r"(?:<<< FAILURE!|<<< ERROR!|^FAILURES!)"),
        (8.0, "failed", r"^\s*Failed \S+ \[[<\d]"),
        (8.0, "failure", r"^\s*Failure/Error:"),
        (8.0, "test failure", r"\bTEST FAILURE\b"),
        (7.0, "comparisonfailure", r"ComparisonFailure|AssertionFailedError"),
        (7.0, "assertionfailed", r"AssertionFailedError"),
        (7.5, "test case", r"^Test Case .+ failed"),
        after=6,
    ),
    *signs(
        _TEST,
        (8.0, "tests run:", r"Tests run: \d+.*(?:Failures|Errors): [1-9]"),
        (8.0, "failures", r"\b\d+ examples?, [1-9]\d* failures?"),
        (8.0, "failure", r"^\d+ tests?, [1-9]\d* failures?"),
        (8.0, "failed!", r"^\s*Failed!\s+- Failed:"),
        (8.0, "rspec ./", r"^rspec \./\S+:\d+"),
        (7.5, "failed", r"^Failed tests?(?: count)?:? ?[1-9]"),
        (7.5, "failing tests", r"There were failing tests"),
        (7.0, "coverage", r"coverage.{0,60}(?:below|not met|less than|under)"),
        after=1,
        lasting=True,
    ),
)

_CLOCKS = signs(
    _TIMEOUT,
    (9.0, "timed out", r"panic: test timed out"),
    (9.2, "timed out", r"\[FAILED\] Timed out|Timed out after [\d.]+ ?m?s"),
    (9.2, "timeout", r"(?:Exceeded timeout|Timeout) of [\d.,]+ ?m?s|Test timeout of|Failed: Timeout >"),
    (9.2, "test timed out", r"Test timed out in \d+"),
    (9.2, "tests timeout", r"\btests? time(?:d )?out\b"),
    (9.2, "test timeout", r"\btests? time(?:d )?out\b"),
    (8.6, "timeoutexpired", r"TimeoutExpired\b"),
    after=5,
)

_RETRIES = signs(_FLAKY, (9.3, "flaky", r"^\s*[1-9]\d* flaky\b|\bmarked as flaky\b|is (?:known to be )?flaky"))

TESTS = (*_PYTHON, *_JAVASCRIPT, *_COMPILED, *_MANAGED, *_CLOCKS, *_RETRIES)
