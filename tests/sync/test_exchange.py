"""An exchange brings both sides level, whatever was lost before."""

from tests.sync.world import World


def test_there_and_back(world: World) -> None:
    world.ask(1203)
    report = world.sync()
    assert (report.ok, report.sent, report.files) == (True, 1203, 3)
    assert report.sentences == ["1.203 catatan terkirim dan diakui Dispenduk Capil Lumajang."]
    world.print_cards(700)
    report = world.sync()
    assert (report.ok, report.received) == (True, 700)
    assert world.level()


def test_nothing_new_says_so(world: World) -> None:
    world.ask(3)
    world.sync()
    report = world.sync()
    assert report.sentences == ["Tidak ada yang baru di kedua pihak."]
    assert report.ok
