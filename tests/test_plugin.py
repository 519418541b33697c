"""The plugin, as a suite that has it installed sees it: every test runs pytest inside pytest."""

from __future__ import annotations

import inspect
import socket
from collections.abc import Callable
from typing import Any

import pytest

from pytest_okx import options, plugin
from pytest_okx.server import OkxServer
from pytest_okx.signing import TIMESTAMP_FORMATS

pytestmark = pytest.mark.usefixtures("quick_collections")

Run = Callable[..., pytest.RunResult]

PREAMBLE = """
import socket
import urllib.error
import urllib.request
import pytest
from pytest_okx.clock import Clock
from pytest_okx.faults import Reject

def get(server, path="/api/v5/public/time"):
    try:
        with urllib.request.build_opener().open(server.url + path) as reply:
            return reply.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code

def dial():
    try:
        socket.create_connection(("www.okx.com", 443))
    except Exception as error:
        return str(error)
"""
IN_ORDER = ("-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:asyncio")
# Hypothesis' plugin imports all of Hypothesis at the end of each run, which is most of its time.
NOTHING_ELSE = (*IN_ORDER, "-p", "no:hypothesispytest")


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    """Run a test module, given as text, in this process."""

    def run(source: str, *arguments: str, plugins: tuple[str, ...] = NOTHING_ELSE) -> pytest.RunResult:
        pytester.makepyfile(test_it=PREAMBLE + inspect.cleandoc(source))
        return pytester.runpytest_inprocess(*plugins, *arguments)

    return run


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hosts that were looked up past the guard: nothing leaves this machine."""
    seen: list[str] = []

    def look_up(host: str, *args: Any, **kwargs: Any) -> Any:
        seen.append(host)
        raise OSError(f"{host} was looked up")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return seen


def section(result: pytest.RunResult) -> str:
    """What stands under the heading OKX in the output; fails when there is none, or more than one."""
    _, text = result.stdout.str().split(" OKX ---", 1)
    assert " OKX ---" not in text
    return text


# --- names -------------------------------------------------------------------------------------------------------


def test_marker_takes_the_arguments_of_the_server() -> None:
    parameters = inspect.signature(OkxServer.__init__).parameters
    assert tuple(parameters)[1:] == options.SERVER_ARGUMENTS


def test_timestamp_formats_are_those_of_the_signing_module() -> None:
    assert options.TIMESTAMP_FORMATS == TIMESTAMP_FORMATS


def test_the_names_that_turn_the_guard_on_are_all_fixtures(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess("--fixtures", *NOTHING_ELSE)
    listed = {line.split()[0] for line in result.outlines if line.startswith(("okx_", "make_okx"))}
    assert listed == plugin.FIXTURES


@pytest.mark.parametrize("flag", ["--markers", "--help"])
def test_pytest_lists_what_the_plugin_adds(pytester: pytest.Pytester, flag: str) -> None:
    expected = {"--markers": "*mark.okx(*, host, *guard): arguments of*", "--help": "*--okx-timestamp-window=*"}
    pytester.runpytest_inprocess(flag, *NOTHING_ELSE).stdout.fnmatch_lines([expected[flag]])


# --- fixtures ----------------------------------------------------------------------------------------------------


def test_each_test_has_a_server_of_its_own(run: Run) -> None:
    run(
        """
        seen = []
        @pytest.mark.parametrize("again", range(3))
        def test_new(okx_server, again):
            assert get(okx_server) == 200
            assert len(okx_server.calls) == 1
            assert okx_server not in seen
            seen.append(okx_server)
        """
    ).assert_outcomes(passed=3)


def test_the_small_fixtures_are_attributes_of_the_server(run: Run) -> None:
    run(
        """
        def test_same(okx_clock, okx_faults, okx_credentials, okx_server):
            same = (okx_server.clock, okx_server.faults, okx_server.credentials)
            assert same == (okx_clock, okx_faults, okx_credentials)
        """
    ).assert_outcomes(passed=1)


def test_two_servers_in_one_test_do_not_know_each_other(run: Run) -> None:
    run(
        """
        def test_two(okx_server, make_okx_server):
            with make_okx_server(skew=5) as other:
                assert get(other) == 200
                assert (okx_server.clock.skew, other.clock.skew) == (0, 5)
                assert (len(okx_server.calls), len(other.calls)) == (0, 1)
        """
    ).assert_outcomes(passed=1)


def test_made_server_runs_before_it_is_entered(run: Run) -> None:
    run(
        """
        def test_runs(make_okx_server):
            server = make_okx_server()
            assert get(server) == 200
            with server:
                assert get(server) == 200
        """
    ).assert_outcomes(passed=1)


def test_factory_works_in_each_example_of_hypothesis(run: Run) -> None:
    run(
        """
        import gc, weakref
        from hypothesis import given, settings, strategies as st
        servers = []
        @settings(max_examples=5, database=None, deadline=None)
        @given(skew=st.integers(-9, 9))
        def test_examples(make_okx_server, skew):
            with make_okx_server(skew=skew) as server:
                servers.append(weakref.ref(server))
                assert server.clock.skew == skew
            del server
            gc.collect()
            assert servers[-1]() is None
        """,
        plugins=IN_ORDER,
    ).assert_outcomes(passed=1)


def test_server_that_nobody_stopped_is_stopped_at_the_end(run: Run) -> None:
    run(
        """
        servers = []
        def test_forgets(make_okx_server):
            servers.append(make_okx_server())
        def test_runs_on(make_okx_server):
            assert get(servers[0]) == 200
        @pytest.fixture(scope="session", autouse=True)
        def after():
            yield
            with pytest.raises(OSError):
                get(servers[0])
        """
    ).assert_outcomes(passed=2)


def test_server_that_nobody_stopped_is_judged_at_the_end(run: Run) -> None:
    result = run(
        """
        def test_forgets(make_okx_server):
            make_okx_server(faults=[Reject("50011")])
        def test_other():
            pass
        """
    )
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(
        ["*ERROR at teardown of test_other*", "Reject('50011') on any call, 1 time never fired*"]
    )


def test_server_may_be_overridden_at_module_scope(run: Run) -> None:
    run(
        """
        @pytest.fixture(scope="module")
        def okx_server(make_okx_server):
            with make_okx_server() as server:
                yield server
        @pytest.mark.parametrize("calls", [1, 2])
        def test_shared(okx_server, okx_clock, okx_faults, okx_credentials, calls):
            assert get(okx_server) == 200
            assert len(okx_server.calls) == calls
            assert okx_clock is okx_server.clock
        """
    ).assert_outcomes(passed=2)


def test_module_scoped_server_is_judged_when_the_module_ends(run: Run) -> None:
    result = run(
        """
        @pytest.fixture(scope="module")
        def okx_server(make_okx_server):
            with make_okx_server() as server:
                yield server
        def test_first(okx_server):
            assert get(okx_server, "/api/v5/nowhere") == 404
        def test_last(okx_server):
            pass
        """
    )
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*ERROR at teardown of test_last*", "*GET /api/v5/nowhere is no path*"])


def test_configuration_holds_where_it_is_overridden(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_a_other="""
        import pytest
        @pytest.fixture(scope="session")
        def okx_server_config():
            return {"skew": 9}
        def test_overridden(okx_server, make_okx_server):
            with make_okx_server() as other:
                assert (okx_server.clock.skew, other.clock.skew) == (9, 9)
        """
    )
    run(
        """
        def test_as_it_was(okx_server, make_okx_server):
            with make_okx_server() as other:
                assert (okx_server.clock.skew, other.clock.skew) == (0, 0)
        """
    ).assert_outcomes(passed=2)


def test_unittest_classes_may_use_the_server(run: Run) -> None:
    result = run(
        """
        import unittest
        @pytest.mark.okx(skew=4)
        class TestBot(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def _server(self, okx_server):
                self.server = okx_server
            def test_call(self):
                self.assertEqual(get(self.server), 200)
                self.assertEqual(self.server.clock.skew, 4)
            def test_fault(self):
                self.server.faults.add(Reject("50011"))
        @pytest.mark.usefixtures("okx_server")
        class TestOther(unittest.TestCase):
            def test_failing(self):
                self.assertEqual(1, 2)
        """
    )
    result.assert_outcomes(passed=2, failed=1, errors=1)


# --- marker ------------------------------------------------------------------------------------------------------


def test_bare_marker_is_a_label_and_starts_nothing(run: Run) -> None:
    run(
        """
        import threading
        @pytest.mark.okx
        def test_labelled():
            assert not [thread for thread in threading.enumerate() if "okx" in thread.name.lower()]
        @pytest.mark.okx
        def test_with_a_server(okx_server):
            assert get(okx_server) == 200
        """,
        "--strict-markers",
        "-m",
        "okx",
    ).assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("marker", "text"),
    [
        ("okx(5)", "test_it.py::test_marked: @pytest.mark.okx takes keyword arguments only, not 5; its arguments are*"),
        ("okx('a', skew=1)", "*takes keyword arguments only, not 'a'; its arguments are host, port, clock, *, guard"),
        ("okx(skw=1)", "*test_marked: @pytest.mark.okx has no argument 'skw'; its arguments are host, port, *, guard"),
        ("okx(audit='on')", "*takes 'off', 'report' or 'fail' as audit, not 'on'; its arguments *"),
        ("okx(guard=1)", "*takes True or False as guard, not 1; its arguments *"),
        ("okx(guard='no')", "*test_marked: @pytest.mark.okx takes True or False as guard, not 'no'; its arguments *"),
    ],
)
def test_marker_that_makes_no_sense_is_an_error_of_collection(run: Run, marker: str, text: str) -> None:
    result = run(
        f"""
        @pytest.mark.{marker}
        def test_marked():
            pass
        """
    )
    result.assert_outcomes(errors=1)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*ERROR collecting test_it.py*", text])


def test_every_wrong_marker_of_a_class_is_told(run: Run) -> None:
    result = run(
        """
        @pytest.mark.okx(1)
        class TestMarked:
            def test_one(self): ...
            @pytest.mark.okx(skw=2)
            def test_two(self): ...
        """
    )
    result.stdout.fnmatch_lines(["*::test_one: *not 1;*", "*::test_two: *'skw';*", "*::test_two: *not 1;*"])


def test_markers_merge_keyword_by_keyword(run: Run) -> None:
    run(
        """
        pytestmark = pytest.mark.okx(skew=1, max_calls=1, balances={"USDT": 1})
        @pytest.mark.okx(skew=2, max_calls=2)
        class TestClass:
            @pytest.mark.okx(skew=3)
            def test_closest_wins(self, okx_server):
                for _ in range(3):
                    get(okx_server)
                assert okx_server.clock.skew == 3
                assert (len(okx_server.calls), okx_server.calls.dropped) == (2, 1)
                assert b'"ccy":"BTC"' not in okx_server.request("GET", "/api/v5/account/balance").body
        """
    ).assert_outcomes(passed=1)


# --- options -----------------------------------------------------------------------------------------------------

LAYERS = ("okx_server_config", "ini", "flag", "module marker", "class marker", "function marker", "call")


@pytest.mark.parametrize("highest", LAYERS)
def test_the_closer_layer_wins(run: Run, pytester: pytest.Pytester, highest: str) -> None:
    given = LAYERS[: LAYERS.index(highest) + 1]
    if "ini" in given:
        pytester.makeini("[pytest]\nokx_skew = 1")
    marker = {name: f"@pytest.mark.okx(skew={LAYERS.index(name)})" for name in given}
    result = run(
        f"""
        {"pytestmark = pytest.mark.okx(skew=3)" if "module marker" in given else ""}
        @pytest.fixture(scope="session")
        def okx_server_config():
            return {{"skew": 0}}
        {marker.get("class marker", "")}
        class TestClass:
            {marker.get("function marker", "")}
            def test_skew(self, make_okx_server):
                with make_okx_server({"skew=6" if "call" in given else ""}) as server:
                    assert server.clock.skew == {LAYERS.index(highest)}
        """,
        *(["--okx-skew=2"] if "flag" in given else []),
    )
    result.assert_outcomes(passed=1)


def test_limits_are_kept_by_option_and_marker(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nokx_rate_limits = true")
    run(
        """
        def test_kept(okx_server):
            assert okx_server.limits.enforced

        @pytest.mark.okx(rate_limits=False)
        def test_not_kept(okx_server):
            assert not okx_server.limits.enforced
        """
    ).assert_outcomes(passed=2)


def test_a_clock_that_is_given_closer_hides_a_skew(run: Run) -> None:
    run(
        """
        @pytest.mark.okx(skew=5)
        def test_clock(make_okx_server):
            with make_okx_server(clock=Clock(skew=1)) as server:
                assert server.clock.skew == 1
        """
    ).assert_outcomes(passed=1)


def test_an_unknown_name_in_the_configuration_is_an_error(run: Run) -> None:
    result = run(
        """
        @pytest.fixture(scope="session")
        def okx_server_config():
            return {"guard": False}
        def test_config(okx_server):
            pass
        """
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*TypeError: *unexpected keyword argument 'guard'*"])


def test_bad_option_ends_the_run_before_it_begins(run: Run) -> None:
    result = run("def test_never(): ...", "--okx-seed=lucky")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --okx-seed is 'lucky': give a whole number"])


# --- verdict -----------------------------------------------------------------------------------------------------

UNMET = {
    "a fault that never fired": (
        "okx_server.faults.add(Reject('50011'))",
        "Reject('50011') on any call, 1 time never fired: *",
    ),
    "an unknown path": (
        "get(okx_server, '/api/v5/nowhere')",
        "GET /api/v5/nowhere is no path that this server knows: *",
    ),
    "an exception in the server": (
        "okx_server.faults.add(Reject('50011'), match=lambda request: 1 / 0, optional=True); get(okx_server)",
        "the server broke down: ZeroDivisionError*",
    ),
}


@pytest.mark.parametrize(("statement", "text"), UNMET.values(), ids=UNMET)
def test_unmet_expectation_fails_the_test_at_teardown(run: Run, statement: str, text: str) -> None:
    result = run(
        f"""
        def test_passes(okx_server):
            {statement}
        """
    )
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*ERROR at teardown of test_passes*", text])
    result.stdout.no_fnmatch_line("*plugin.py*")


@pytest.mark.parametrize(
    ("statement", "flags"),
    [
        ("okx_server.faults.add(Reject('50011'), optional=True)", ()),
        ("okx_server.faults.add(Reject('50011')).remove()", ()),
        ("okx_server.allow('GET /api/v5/nowhere'); get(okx_server, '/api/v5/nowhere')", ()),
        ("okx_server.faults.add(Reject('50011'))", ("--okx-strict=false",)),
    ],
)
def test_unmet_expectation_can_be_waived(run: Run, statement: str, flags: tuple[str, ...]) -> None:
    run(
        f"""
        def test_waived(okx_server):
            {statement}
        """,
        *flags,
    ).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("ending", "outcome"),
    [
        ("assert False", {"failed": 1}),
        ("pytest.skip('not today')", {"skipped": 1}),
        ("pytest.xfail('known')", {"xfailed": 1}),
    ],
)
def test_a_test_that_did_not_pass_gets_no_second_error(run: Run, ending: str, outcome: dict[str, int]) -> None:
    run(
        f"""
        def test_ends(okx_server):
            okx_server.faults.add(Reject("50011"))
            {ending}
        """
    ).assert_outcomes(**outcome)


def test_a_setup_that_fails_gets_no_second_error(run: Run) -> None:
    result = run(
        """
        @pytest.fixture
        def bot(okx_server):
            okx_server.faults.add(Reject("50011"))
            raise ValueError("no bot")
        def test_never(bot): ...
        """
    )
    result.assert_outcomes(errors=1)
    assert "unmet: Reject('50011')" in section(result)


def test_each_test_is_judged_anew(run: Run) -> None:
    run(
        """
        def test_fails():
            assert False
        def test_passes(okx_faults):
            okx_faults.add(Reject("50011"))
        """
    ).assert_outcomes(failed=1, passed=1, errors=1)


# --- report ------------------------------------------------------------------------------------------------------


def test_failed_test_shows_its_calls_and_what_is_unmet(run: Run) -> None:
    result = run(
        """
        def test_fails(okx_server):
            okx_server.faults.add(Reject("50011"), on="GET /api/v5/never")
            okx_server.clock.advance(120)
            get(okx_server, "/api/v5/account/balance")
            assert False
        """
    )
    text = section(result)
    for expected in (
        "http://127.0.0.1:",
        "clock advanced 120 s at test_it.py:",
        "GET /api/v5/account/balance -> 401 50103",
        "unmet: Reject('50011') on GET /api/v5/never, 1 time never fired",
    ):
        assert expected in text


def test_report_shows_no_secret(run: Run) -> None:
    result = run(
        """
        import urllib.request
        def test_fails(okx_server):
            key = okx_server.credentials
            headers = {"OK-ACCESS-PASSPHRASE": key.passphrase, "OK-ACCESS-SIGN": "signature"}
            url = okx_server.url + "/api/v5/public/time?x=" + key.secret_key
            urllib.request.urlopen(urllib.request.Request(url, headers=headers)).close()
            with open("secrets.txt", "w") as file:
                file.write(f"{key.secret_key} {key.passphrase}")
            raise ValueError()
        """,
        "--tb=short",
    )
    with open("secrets.txt") as file:
        secrets = file.read().split()
    text = section(result)
    assert "public/time?x=<removed>" in text
    assert not [secret for secret in (*secrets, "signature") if secret in text]


def test_passed_test_shows_nothing(run: Run) -> None:
    result = run(
        """
        def test_passes(okx_server):
            get(okx_server)
        """,
        "-rA",
    )
    result.stdout.no_fnmatch_line("* OKX ---*")


def test_test_that_failed_elsewhere_shows_nothing(run: Run) -> None:
    result = run(
        """
        def test_uses(okx_server):
            get(okx_server)
        def test_fails():
            assert False
        """
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.no_fnmatch_line("* OKX ---*")


def test_teardown_that_fails_alone_shows_the_calls(run: Run) -> None:
    result = run(
        """
        def test_passes(okx_server):
            get(okx_server, "/api/v5/nowhere")
        """
    )
    assert "GET /api/v5/nowhere -> 404" in section(result)


def test_calls_are_shown_once_when_test_and_teardown_fail(run: Run) -> None:
    result = run(
        """
        @pytest.fixture
        def bot(okx_server):
            yield okx_server
            raise ValueError("the bot does not stop")
        def test_fails(bot):
            get(bot)
            assert False
        """
    )
    result.assert_outcomes(failed=1, errors=1)
    assert section(result).count("/public/time") == 1


def test_servers_that_stopped_during_the_test_are_shown(run: Run) -> None:
    result = run(
        """
        def test_before(make_okx_server):
            with make_okx_server() as server:
                get(server, "/api/v5/market/tickers")
        def test_fails(make_okx_server):
            for _ in range(2):
                with make_okx_server() as server:
                    get(server)
            assert False
        """
    )
    text = section(result)
    assert text.count("GET /api/v5/public/time") == 2
    assert "tickers" not in text


# --- guard -------------------------------------------------------------------------------------------------------


def test_suite_without_okx_is_not_touched(run: Run, no_network: list[str]) -> None:
    run(
        """
        before = (socket.getaddrinfo, dict(vars(socket.socket)))
        def test_other():
            assert "www.okx.com was looked up" in dial()
            assert (socket.getaddrinfo, dict(vars(socket.socket))) == before
        """
    ).assert_outcomes(passed=1)
    assert no_network == ["www.okx.com"]


USES = ("def test_uses(okx_server): ...", "@pytest.mark.okx\ndef test_uses(): ...", "def test_uses(bot): ...")


@pytest.mark.parametrize("use", USES)
def test_suite_that_uses_okx_is_guarded_for_the_whole_session(run: Run, no_network: list[str], use: str) -> None:
    result = run(
        f"""
@pytest.fixture
def bot(make_okx_server): ...
def test_other():
    with pytest.raises(RuntimeError, match="test_it.py::test_other reached for the real OKX"):
        socket.create_connection(("www.okx.com", 443))
{use}
"""
    )
    result.assert_outcomes(passed=2, errors=1)
    assert no_network == []


def test_swallowed_refusal_fails_the_test_at_teardown(run: Run, no_network: list[str]) -> None:
    result = run(
        """
        def test_swallows(okx_server):
            dial()
            dial()
        """
    )
    result.assert_outcomes(passed=1, errors=1)
    lines = [line for line in result.outlines if line.startswith("test_it.py::test_swallows reached for the real OKX")]
    assert lines[0] == (
        "test_it.py::test_swallows reached for the real OKX: a look-up of www.okx.com was refused; "
        "point the client at okx_server.url, ask for okx_network, "
        "or let the test through with @pytest.mark.okx(guard=False)"
    )
    assert len(lines) == 2  # as the error, and in the section


def test_refusal_joins_the_report_of_a_test_that_failed(run: Run, no_network: list[str]) -> None:
    result = run(
        """
        @pytest.mark.okx
        def test_fails():
            dial()
            assert False
        """
    )
    result.assert_outcomes(failed=1)
    assert "a look-up of www.okx.com was refused" in section(result)


@pytest.mark.parametrize(
    "waiver",
    [
        "@pytest.mark.okx(strict=False)\ndef test_lenient(): dial()",
        "@pytest.fixture(scope='session')\ndef okx_server_config(): return {'strict': False}\n"
        "def test_lenient(okx_server): dial()",
    ],
)
def test_refusal_of_a_lenient_test_is_no_failure(run: Run, no_network: list[str], waiver: str) -> None:
    run("\n" + waiver).assert_outcomes(passed=1)
    assert no_network == []


def test_marker_lifts_the_guard_for_one_test(run: Run, no_network: list[str]) -> None:
    result = run(
        """
        @pytest.mark.okx(guard=False)
        def test_lifted(okx_server):
            assert "looked up" in dial()
        @pytest.mark.okx(guard=False)
        class TestClass:
            @pytest.mark.okx(guard=True)
            def test_closest_wins(self):
                assert "refused" in dial()
        def test_guarded():
            assert "refused" in dial()
        """
    )
    result.assert_outcomes(passed=3, errors=2)
    assert no_network == ["www.okx.com"]


def test_guard_may_be_on_from_the_beginning(run: Run, no_network: list[str]) -> None:
    run(
        """
        said = dial()
        def test_collected():
            assert said.startswith("this process, outside any test, reached for the real OKX")
        """,
        "--okx-guard=on",
    ).assert_outcomes(passed=1)
    assert no_network == []


def test_guard_may_be_off(run: Run, no_network: list[str]) -> None:
    run(
        """
        def test_uses(okx_server):
            assert "looked up" in dial()
        """,
        "--okx-guard=off",
    ).assert_outcomes(passed=1)


def test_server_that_is_asked_for_by_name_turns_the_guard_on(run: Run, no_network: list[str]) -> None:
    run(
        """
        def test_dynamic(request):
            request.getfixturevalue("okx_server")
            assert "refused" in dial()
        """
    ).assert_outcomes(passed=1, errors=1)
    assert no_network == []


def test_socket_module_is_restored_at_the_end(run: Run, no_network: list[str]) -> None:
    before = (socket.getaddrinfo, dict(vars(socket.socket)))
    run("def test_uses(okx_server): ...").assert_outcomes(passed=1)
    assert (socket.getaddrinfo, dict(vars(socket.socket))) == before


def test_a_run_again_is_judged_anew(run: Run, pytester: pytest.Pytester, no_network: list[str]) -> None:
    pytester.makeconftest(
        """
        from _pytest.runner import runtestprotocol
        def pytest_runtest_protocol(item, nextitem):
            item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
            for _ in range(2):
                reports = runtestprotocol(item, nextitem=nextitem, log=False)
                if not any(report.failed for report in reports):
                    break
            for report in reports:
                item.ihook.pytest_runtest_logreport(report=report)
            return True
        """
    )
    run(
        """
        tries = []
        def test_flaky(okx_server):
            tries.append(1)
            if len(tries) == 1:
                dial()
                assert False
        """
    ).assert_outcomes(passed=1)


# --- audit -------------------------------------------------------------------------------------------------------

RUDE = """
def rude(server):
    for _ in range(3):
        get(server, "/api/v5/public/instruments?instType=NONE")
def test_rude(okx_server):
    rude(okx_server)
"""
FOUND = "major retried-in-vain: GET /api/v5/public/instruments was refused with *"


@pytest.mark.parametrize("flags", [(), ("--okx-audit=off",)], ids=str)
def test_manners_are_not_judged_unless_asked_for(run: Run, flags: tuple[str, ...]) -> None:
    result = run(RUDE, *flags)
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*retried-in-vain*")


@pytest.mark.parametrize("flags", [(), ("-n", "1")], ids=str)
def test_findings_are_reported_once_with_the_test_that_they_are_of(run: Run, flags: tuple[str, ...]) -> None:
    result = run(RUDE + "def test_polite(okx_server):\n    get(okx_server)", "--okx-audit=report", "-rA", *flags)
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        ["*= OKX audit =*", "test_it.py::test_rude", FOUND, "  *GET /api/v5/public/instruments*"]
    )
    assert result.stdout.str().count("retried-in-vain") == 1
    result.stdout.no_fnmatch_line("test_it.py::test_polite")


def test_findings_fail_a_test_at_teardown_where_asked_for(run: Run) -> None:
    result = run(RUDE, "--okx-audit=fail")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["the client has bad manners; okx_server.allow(RULE) waives a rule:", FOUND])
    # Where a CI is at work, pytest repeats the whole message in its summary.
    report, _, _ = result.stdout.str().partition("short test summary info")
    assert report.count("major retried-in-vain") == 1


@pytest.mark.parametrize(
    "test",
    [
        "def test_rude_too(okx_server):\n    okx_server.allow('retried-in-vain')\n    rude(okx_server)",
        "@pytest.mark.okx(audit='off')\ndef test_rude_too(okx_server):\n    rude(okx_server)",
        "def test_polite(okx_server):\n    get(okx_server)",
        "def test_without():\n    pass",
    ],
)
def test_a_waived_rule_and_good_manners_fail_nothing(run: Run, test: str) -> None:
    source = RUDE.partition("def test_rude")[0] + test
    run("\n" + source, "--okx-audit=fail").assert_outcomes(passed=1)


def test_the_marker_beats_the_flag_and_the_closest_one_the_others(run: Run) -> None:
    run(
        RUDE.partition("def test_rude")[0]
        + """
pytestmark = pytest.mark.okx(audit="fail")
def test_fails(okx_server):
    rude(okx_server)
@pytest.mark.okx(audit="report")
def test_reports(okx_server):
    rude(okx_server)
"""
    ).assert_outcomes(passed=2, errors=1)


@pytest.mark.parametrize(
    ("test", "outcomes"),
    [
        ("def test_fails(okx_server):\n    rude(okx_server)\n    assert False", {"failed": 1}),
        ("@pytest.mark.okx(strict=False)\ndef test_lenient(okx_server):\n    rude(okx_server)", {"passed": 1}),
    ],
)
def test_findings_of_a_failed_test_and_of_a_lenient_server_are_reported(
    run: Run, test: str, outcomes: dict[str, int]
) -> None:
    result = run("\n" + RUDE.partition("def test_rude")[0] + test, "--okx-audit=fail")
    result.assert_outcomes(**outcomes)
    result.stdout.fnmatch_lines(["*= OKX audit =*", "test_it.py::test_*", FOUND])
    assert result.stdout.str().count("major retried-in-vain") == 1


def test_findings_stand_beside_another_error_of_the_teardown(run: Run) -> None:
    test = "def test_unmet(okx_server):\n    okx_server.faults.add(Reject('50102'))\n    rude(okx_server)"
    result = run("\n" + RUDE.partition("def test_rude")[0] + test, "--okx-audit=fail")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*never fired*", FOUND])
    assert result.stdout.str().count("major retried-in-vain") == 1


def test_servers_of_the_factory_and_shared_ones_are_judged_when_they_stop(run: Run) -> None:
    result = run(
        RUDE.partition("def test_rude")[0]
        + """
@pytest.fixture(scope="module")
def shared(make_okx_server):
    with make_okx_server() as server:
        yield server
def test_first(shared):
    rude(shared)
def test_factory(shared, make_okx_server):
    with make_okx_server() as server:
        rude(server)
def test_last(shared, make_okx_server):
    make_okx_server().audit()
""",
        "--okx-audit=report",
    )
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["test_it.py::test_factory", FOUND, "test_it.py::test_last", FOUND])
    assert result.stdout.str().count("retried-in-vain") == 2


# --- company -----------------------------------------------------------------------------------------------------

SUITE = """
def test_call(okx_server):
    assert get(okx_server) == 200
@pytest.mark.okx(skew=2)
def test_marked(okx_clock):
    assert okx_clock.skew == 2
def test_unmet(okx_faults):
    okx_faults.add(Reject("50011"))
"""


@pytest.mark.parametrize(
    "flags",
    [
        ("-n", "2"),
        ("-W", "error"),
        ("--strict-markers",),
        ("--strict-config",),
        ("--import-mode=importlib",),
        ("--setup-show",),
    ],
    ids=" ".join,
)
def test_suite_runs_the_same_with(run: Run, flags: tuple[str, ...]) -> None:
    run(SUITE, *flags).assert_outcomes(passed=3, errors=1)


def test_wrong_marker_is_told_by_workers_too(run: Run) -> None:
    result = run("@pytest.mark.okx(5)\ndef test_marked(): ...", "-n", "2")
    result.stdout.fnmatch_lines(["*@pytest.mark.okx takes keyword arguments only, not 5;*"])


def test_bad_option_is_told_with_workers_too(run: Run) -> None:
    result = run(SUITE, "-n", "2", "--okx-skew=x")
    assert result.ret == pytest.ExitCode.USAGE_ERROR


def test_options_reach_the_workers(run: Run) -> None:
    run("def test_skew(okx_clock): assert okx_clock.skew == 7", "-n", "2", "--okx-skew=7").assert_outcomes(passed=1)


def test_plugin_can_be_switched_off(run: Run) -> None:
    result = run("def test_call(okx_server): ...", "-p", "no:okx")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*fixture 'okx_server' not found*"])


def test_collecting_alone_runs_nothing(run: Run) -> None:
    result = run(SUITE, "--collect-only", "-q")
    result.stdout.fnmatch_lines(["*3 tests collected*"])


def test_doctests_may_use_the_server(pytester: pytest.Pytester) -> None:
    pytester.makefile(".txt", test_doc=">>> getfixture('okx_server').clock.skew\n0.0\n")
    pytester.runpytest_inprocess(*NOTHING_ELSE).assert_outcomes(passed=1)


def test_servers_speak_tls_where_the_suite_says_so_and_clients_trust_them(run: Run) -> None:
    run(
        """
        import os, ssl

        def test_trusted(okx_server, okx_ca):
            assert okx_server.url.startswith("https://")
            assert get(okx_server) == 200
            assert okx_server.ca is okx_ca
            assert os.environ["SSL_CERT_FILE"] == okx_ca.bundle
            assert okx_ca.trust(ssl.create_default_context())

        @pytest.mark.okx(tls=False)
        def test_plain(okx_server):
            assert okx_server.url.startswith("http://")
        """,
        "--okx-tls=true",
    ).assert_outcomes(passed=2)


def test_the_report_of_a_failed_test_tells_calls_and_messages_in_order(run: Run) -> None:
    result = run(
        """
        import json
        from websockets.sync.client import connect

        def test_it(okx_server):
            with connect(okx_server.ws_url + "/public", compression=None) as client:
                get(okx_server)
                client.send("ping")
                assert client.recv(60) == "pong"
                okx_server.clock.advance(1)
                assert False
        """
    )
    result.stdout.fnmatch_lines(
        [
            "*GET /ws/v5/public -> 101, a WebSocket",
            "*GET /api/v5/public/time -> accepted",
            "*WS ???????? /public <- ping",
            "*WS ???????? /public -> pong",
            "*clock advanced 1 s at test_it.py:*",
        ]
    )


HARD_WIRED = """
        import requests
        from websockets.sync.client import connect

        TIME = "https://www.okx.com/api/v5/public/time"

        def bot():
            with connect("wss://ws.okx.com:8443/ws/v5/public") as client:
                client.send("ping")
                assert client.recv(60) == "pong"
            return requests.get(TIME, timeout=10).json()["code"]
"""


@pytest.mark.parametrize("tls", ["true", "false"])
def test_okx_hosts_lead_to_the_server_of_the_test_whatever_it_speaks(run: Run, tls: str) -> None:
    result = run(
        HARD_WIRED
        + """
        def test_it(okx_network, okx_server):
            assert bot() == "0"
            assert [call.target for call in okx_server.calls] == ["/ws/v5/public", "/api/v5/public/time"]
            assert okx_network.server is okx_server

        def test_after_it():
            assert "reached for the real OKX" in dial()
        """,
        f"--okx-tls={tls}",
    )
    result.assert_outcomes(passed=2, errors=1)  # what was refused to the second test fails it at its teardown


@pytest.mark.parametrize(
    ("marker", "arguments", "refused"),
    [
        ("", (), False),
        ("@pytest.mark.okx(isolated=True)", (), True),
        ("", ("--okx-isolated=true",), True),
        ("@pytest.mark.okx(isolated=False)", ("--okx-isolated=yes",), False),
    ],
)
def test_isolated_a_test_reaches_no_other_host(
    run: Run, monkeypatch: pytest.MonkeyPatch, marker: str, arguments: tuple[str, ...], refused: bool
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: pytest.skip("looked up"))
    result = run(
        f"""
        {marker}
        def test_it(okx_network):
            try:
                socket.getaddrinfo("example.org", 443)
            except RuntimeError as error:
                assert "test_it.py::test_it reached for another host: a look-up of example.org" in str(error)
        """,
        *arguments,
    )
    # It was swallowed, so it is told when the test ends.
    result.assert_outcomes(**{"passed": 1, "errors": 1} if refused else {"skipped": 1})


def test_other_hosts_of_okx_are_refused_whatever_the_guard_does(run: Run) -> None:
    result = run(
        """
        @pytest.mark.okx(guard=False)
        def test_it(okx_network):
            socket.getaddrinfo("static.okx.com", 443)
        """,
        "--okx-guard=off",
    )
    result.assert_outcomes(failed=1, errors=0)
    assert "test_it.py::test_it reached for the real OKX: a look-up of static.okx.com was refused" in section(result)


def test_isolated_is_true_or_false(run: Run) -> None:
    result = run("@pytest.mark.okx(isolated=1)\ndef test_it(): ...")
    result.stdout.fnmatch_lines(["*takes True or False as isolated, not 1*"])
