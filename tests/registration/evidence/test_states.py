"""Any order of parts, restarts, completions, losses and waits: a paper is exactly the bytes that came, or there is none."""

from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant
from tests.machines import Draw, Machine, MakeHarness, play
from tests.registration.conftest import World, a_row
from tests.registration.evidence.conftest import Counter, add_agencies, open_fair
from tests.registration.evidence.files import a_pdf

from common.tokens import Role
from registration.evidence import handlers

FILES = tuple(a_pdf(pages) for pages in (1, 2, 3))
BROKEN = b"%PDF-1.7 that is none" + b"\x00" * 400
KEPT = timedelta(days=2)
MOST_OPEN = 20


@dataclass
class Sending:
    """An upload as its sender knows it."""

    upload_id: str
    content: bytes
    received: int = 0
    is_over: bool = False
    touched: Any = field(default=None)


class Desk(Machine):
    """One vendor with files on their way; the model keeps how many bytes of each are there, and which papers came of them."""

    service = "registration"
    steps = ("begin_file", "begin_file", "send", "send", "send", "send", "complete", "complete", "restart", "wait")

    async def begin(self) -> None:
        self.counter = Counter(World(self.harness), {})
        await add_agencies(self.counter.world)
        await open_fair(self.counter.world)
        self.counter.draft = await self.counter.world.drafted(a_row())
        self.sendings: list[Sending] = []
        self.kept: dict[str, bytes] = {}

    def pick(self, draw: Draw) -> Sending | None:
        return self.sendings[-draw(st.integers(1, min(3, len(self.sendings))))] if self.sendings else None

    def begin_file(self, draw: Draw) -> None:
        content = [*FILES, BROKEN][draw(st.integers(0, len(FILES)))]
        answer = self.wait_for(self.counter.begin(len(content)))
        if sum(not one.is_over for one in self.sendings) >= MOST_OPEN:
            assert answer.status_code == 409, "too many are half sent"
            return
        assert answer.status_code == 201, answer.text
        self.sendings.append(Sending(answer.json()["upload_id"], content, touched=self.harness.clock.now()))

    def send(self, draw: Draw) -> None:
        """Send the next part, all that is left, one that is there already, or one with a gap or an overlap before it."""
        one = self.pick(draw)
        if one is None:
            return
        size, length = len(one.content), draw(st.integers(1, max(1, len(one.content) // 2)))
        kind = draw(st.sampled_from(["next", "next", "rest", "again", "gap", "overlap", "too_long"]))
        offset = {"gap": one.received + 1, "again": 0, "overlap": max(0, one.received - 1)}.get(kind, one.received)
        length = {"rest": size - offset, "again": min(length, one.received), "overlap": 2}.get(kind, length)
        part = one.content[offset : offset + max(0, length)] + (b"x" * size if kind == "too_long" else b"")
        if not part:
            return
        answer = self.wait_for(self.counter.part(one.upload_id, offset, part))
        if one.is_over:
            assert answer.status_code == 404, answer.text
        elif offset + len(part) > size:
            assert answer.status_code == 422, answer.text
        elif offset + len(part) <= one.received:
            assert (answer.status_code, answer.json()["received"]) == (200, one.received)
        elif offset == one.received:
            one.received, one.touched = offset + len(part), self.harness.clock.now()
            assert (answer.status_code, answer.json()["received"]) == (200, one.received)
        else:
            assert (answer.status_code, answer.json()["code"]) == (409, "part_out_of_place")
            assert answer.json()["details"]["received"] == one.received, "it is told where to go on"

    def complete(self, draw: Draw) -> None:
        one = self.pick(draw)
        if one is None:
            return
        answer = self.wait_for(self.counter.complete(one.upload_id))
        if one.is_over:
            assert answer.status_code == 404, answer.text
        elif one.received < len(one.content):
            assert (answer.status_code, answer.json()["details"]["received"]) == (409, one.received)
        elif one.content == BROKEN:
            assert answer.status_code == 422, answer.text
        else:
            assert answer.status_code == 201, answer.text
            paper, one.is_over = answer.json(), True
            assert paper["known_before"] == (one.content in self.kept.values())
            self.kept[paper["evidence_id"]] = one.content

    def restart(self, draw: Draw) -> None:
        """Another file for what was said of the same paper: what came of the first is gone."""
        one, content = self.pick(draw), FILES[draw(st.integers(0, len(FILES) - 1))]
        if one is None:
            return
        path, body = f"/evidence-uploads/{one.upload_id}/size", {"size": len(content)}
        answer = self.wait_for(self.counter.world.call("PUT", path, Role.VENDOR, body, **self.counter.claims))
        assert answer.status_code == (404 if one.is_over else 200), answer.text
        if not one.is_over:
            one.content, one.received = content, 0

    def wait(self, draw: Draw) -> None:
        """Let hours pass and have forgotten what was half sent for two days."""
        self.harness.clock.set(self.harness.clock.now() + timedelta(hours=draw(st.sampled_from([1, 20, 49]))))
        self.wait_for(self.harness.run(handlers.forget_uploads, 200))
        for one in self.sendings:
            answer = self.wait_for(self.look(one))
            if answer.status_code == 404 and not one.is_over:
                assert self.harness.clock.now() - one.touched >= KEPT, "nothing is forgotten early"
                one.is_over = True

    async def look(self, one: Sending) -> Any:
        path = f"/evidence-uploads/{one.upload_id}"
        return await self.counter.world.call("GET", path, Role.VENDOR, **self.counter.claims)

    @invariant()
    def each_upload_stands_where_its_sender_left_it(self) -> None:
        for one in self.sendings[-3:]:
            answer = self.wait_for(self.look(one))
            if one.is_over:
                assert answer.status_code == 404
            else:
                assert (answer.json()["received"], answer.json()["size"]) == (one.received, len(one.content))

    @invariant()
    def the_papers_are_those_handed_in_with_their_own_bytes(self) -> None:
        shown = {paper["evidence_id"]: paper["sent_sha256"] for paper in self.wait_for(self.counter.papers())}
        assert shown == {name: sha256(content).hexdigest() for name, content in self.kept.items()}

    async def judge(self) -> None:
        for paper in await self.counter.papers():
            answer = await self.counter.read(paper)
            assert answer.content == self.kept[paper["evidence_id"]]


async def test_uploads_keep_to_their_states(make_harness: MakeHarness, evidence_folder: str) -> None:
    machine = type("Desk", (Desk,), {"settings": {"evidence_store": evidence_folder}})
    await play(machine, make_harness, examples=8, steps=24)
