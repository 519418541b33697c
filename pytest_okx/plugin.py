"""The pytest plugin: its fixtures, its hooks, and what the report of a failed test shows.

pytest imports this module in every run of every project that has the package installed, so servers, sockets and
whatever they need are imported when a fixture runs. It knows nothing of HTTP and decides nothing about a call.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import pytest

from . import options
from .options import Arguments

if TYPE_CHECKING:
    from .clock import Clock
    from .faults import FaultPlan
    from .hosting import OkxNetwork
    from .network import Guard
    from .server import OkxServer
    from .signing import Credentials
    from .suite import Suite
    from .tls import Authority

FIXTURES = frozenset(
    {
        "okx_server",
        "okx_clock",
        "okx_faults",
        "okx_credentials",
        "okx_network",
        "make_okx_server",
        "okx_server_config",
        "okx_ca",
    }
)


class _Session:
    """What one pytest session knows of okx: its options, its servers, its guard, and the test that runs."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.guard_mode: str = given.pop("guard", "auto")
        self.audit_mode: str = given.pop("audit", "off")
        self.isolation: bool = given.pop("isolated", False)
        self.options = given
        self.guard: Guard | None = None
        self.led_astray: list[str] = []
        self.suite: Suite | None = None
        self.item: pytest.Item | None = None
        self.failed = self.told = self.judged = False

    def stand_guard(self) -> None:
        """Install the guard, unless it stands or was switched off."""
        if self.guard is None and self.guard_mode != "off":
            from .network import Guard

            self.guard = Guard(self.running)
            self.guard.install()

    def running(self) -> str:
        """The name of the test that runs, "" between tests."""
        return self.item.nodeid if self.item else ""

    def begin(self) -> None:
        """A test begins, or begins again."""
        self.failed = self.told = self.judged = False
        self.led_astray = []
        if self.guard:
            self.guard.forget()
        if self.suite:
            self.suite.begin_test()

    def arguments(self, call: Arguments, config: Arguments) -> dict[str, Any]:
        """What a server is made with: the call's arguments, then the markers', the options', the configuration's."""
        marked = options.markers(self.item) if self.item else []
        own = [{name: value for name, value in layer.items() if name in options.SERVER_ARGUMENTS} for layer in marked]
        return options.merged([call, *own, self.options, config])

    def audit_of_test(self) -> str:
        """Whether the manners of the running test's clients are judged: "off", "report" or "fail"."""
        return str(self._of_test("audit", self.audit_mode))

    def isolated(self) -> bool:
        """Whether the running test reaches no host but OKX's, where those lead to a server."""
        return bool(self._of_test("isolated", self.isolation))

    def _of_test(self, name: str, otherwise: object) -> object:
        marked = options.merged(options.markers(self.item)) if self.item else {}
        return marked.get(name, otherwise)

    def refusals(self) -> str:
        """What the guard refused to the running test, and the detour of OKX's hosts."""
        return "\n".join(dict.fromkeys([*(self.guard.refusals if self.guard else ()), *self.led_astray]))

    def fail_for_manners(self) -> None:
        """Fail for what the audits of strict servers found, where that was asked for and nothing else has failed."""
        findings = self.suite.findings(strict=True) if self.suite else []
        if findings and self.audit_of_test() == "fail" and not self.failed:
            self.judged = True
            head = "the client has bad manners; okx_server.allow(RULE) waives a rule:"
            pytest.fail("\n".join([head, *map(str, findings)]), pytrace=False)

    def tell_manners(self, report: pytest.TestReport) -> None:
        """Add what the audits found to the report of a teardown, unless it fails for that anyway."""
        kinds = (False,) if self.judged else (True, False)
        findings = [each for strict in kinds for each in self.suite.findings(strict=strict)] if self.suite else []
        if findings:
            report.sections.append((_AUDIT, "\n".join(map(str, findings))))

    def tell(self, report: pytest.TestReport) -> None:
        """Add what happened to the report of a test that failed: once, whichever of its phases fail."""
        text = "\n".join(filter(None, [self.suite.report() if self.suite else "", self.refusals()]))
        if text and not self.told:
            self.told = True
            report.sections.append(("OKX", text))


_SESSION = pytest.StashKey[_Session]()
_AUDIT = "OKX audit"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Each option is a flag and an ini key."""
    group = parser.getgroup("okx", "fake OKX exchange")
    for option in options.OPTIONS:
        text = f"{option.help} ({option.allowed})"
        group.addoption(option.flag, dest=option.key, metavar=option.name.upper(), help=text)
        parser.addini(option.key, text, type=option.ini_type, default=None)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker and read the options."""
    names = ", ".join(options.MARKER_ARGUMENTS)
    text = "arguments of the test's OkxServer; guard=False lets it reach the real OKX; bare it is a label"
    config.addinivalue_line("markers", f"okx(*, {names}): {text}")
    session = config.stash[_SESSION] = _Session(options.read(config))
    if session.guard_mode == "on":
        session.stand_guard()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave the socket module as it was."""
    session = config.stash.get(_SESSION, None)
    if session and session.guard:
        session.guard.remove()


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Stand guard once a test uses okx; a marker that makes no sense is an error of collection."""
    report = yield
    items = [node for node in report.result or () if isinstance(node, pytest.Item)]
    if any(map(_uses_okx, items)):
        collector.config.stash[_SESSION].stand_guard()
    if problems := [problem for item in items for problem in options.problems(item)]:
        report.outcome = "failed"
        report.longrepr = "\n".join(problems)
    return report


def _uses_okx(item: pytest.Item) -> bool:
    return not FIXTURES.isdisjoint(getattr(item, "fixturenames", ())) or item.get_closest_marker("okx") is not None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Know which test runs, and lift the guard for it where its markers say so."""
    session = item.config.stash[_SESSION]
    lifted = not options.merged(options.markers(item)).get("guard", True)
    session.item = item
    try:
        with session.guard.lifted() if session.guard and lifted else nullcontext():
            return (yield)
    finally:
        session.item = None


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin with nothing, at each run of a test that is run again too."""
    item.config.stash[_SESSION].begin()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test that was refused the real exchange and swallowed the error."""
    result = yield
    session = item.config.stash[_SESSION]
    config: Arguments = getattr(item, "funcargs", {}).get("okx_server_config", {})
    if session.arguments({}, config).get("strict", True):
        _fail(session, session.refusals())
    session.fail_for_manners()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember whether the test's own code failed; show in a failed report what happened on the exchange."""
    report = yield
    session = item.config.stash[_SESSION]
    session.failed |= report.outcome != "passed"  # a skipped or expectedly failing test did not get to its end either
    if report.failed:
        session.tell(report)
    if report.when == "teardown":
        session.tell_manners(report)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what the audits found, but where a failure shows it; by way of the reports, which come from workers too."""
    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    told = [
        (report.nodeid, text)
        for report in reports
        if isinstance(report, pytest.TestReport) and not report.failed
        for name, text in report.sections
        if name == _AUDIT
    ]
    if told:
        terminalreporter.section(_AUDIT)
    for nodeid, text in told:
        terminalreporter.line(f"{nodeid}\n{text}")


def _fail(session: _Session, text: str) -> None:
    """Fail at teardown, unless the test failed already: then its report says so."""
    if text and not session.failed:
        pytest.fail(text, pytrace=False)


@pytest.fixture(scope="session")
def okx_server_config() -> dict[str, Any]:
    """Keyword arguments for every `OkxServer` of this suite: override it in conftest.py. Everything else beats it."""
    return {}


@pytest.fixture(scope="session")
def okx_ca() -> Authority:
    """The certificate authority that signs the servers' certificates (`tls=True`): `path`, `trust(context)`."""
    from .tls import authority

    return authority()


@pytest.fixture(scope="session")
def make_okx_server(
    request: pytest.FixtureRequest, okx_server_config: dict[str, Any]
) -> Iterator[Callable[..., OkxServer]]:
    """A factory of started servers: `with make_okx_server(skew=2) as server:`, also within `@given`.

    Its arguments are those of `OkxServer`; what is not given comes from the running test's markers, the flags, the ini
    keys and `okx_server_config`. A server that the test does not stop is stopped at the end of the session.
    """
    from .suite import Suite

    session = request.config.stash[_SESSION]
    session.stand_guard()  # the fixture may have been asked for by name, unseen at collection
    suite = session.suite = Suite(lambda: session.audit_of_test() != "off")

    def make(**arguments: Any) -> OkxServer:
        # An override of okx_server_config holds where it is visible from: for the running test, not for the first one.
        near = getattr(session.item, "_request", request)
        return suite.start(session.arguments(arguments, near.getfixturevalue("okx_server_config")))

    yield make
    _fail(session, "\n".join(suite.close()))


@pytest.fixture
def okx_server(request: pytest.FixtureRequest, make_okx_server: Callable[..., OkxServer]) -> Iterator[OkxServer]:
    """A fake OKX exchange, started, new for each test: port, exchange and log. Unmet expectations fail the test."""
    from .suite import unmet

    server = make_okx_server()
    yield server
    server.stop()
    _fail(request.config.stash[_SESSION], "\n".join(unmet(server)))


@pytest.fixture
def okx_network(request: pytest.FixtureRequest, okx_server: OkxServer) -> Iterator[OkxNetwork]:
    """OKX's own host names lead to `okx_server`, whatever its `tls` says: for bots with URLs written into them."""
    from .hosting import OkxNetwork

    session = request.config.stash[_SESSION]
    isolated, note = session.isolated(), session.led_astray.append
    with OkxNetwork(okx_server, isolated=isolated, running=session.running, note=note) as network:
        yield network


@pytest.fixture
def okx_clock(okx_server: OkxServer) -> Clock:
    """The clock of `okx_server`."""
    return okx_server.clock


@pytest.fixture
def okx_faults(okx_server: OkxServer) -> FaultPlan:
    """The faults of `okx_server`: `okx_faults.add(LoseReply(), on="POST /api/v5/trade/order")`."""
    return okx_server.faults


@pytest.fixture
def okx_credentials(okx_server: OkxServer) -> Credentials:
    """The key that `okx_server` knows from the start; it may read and trade."""
    return okx_server.credentials
