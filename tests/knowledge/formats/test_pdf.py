"""A PDF's text comes in reading order with its structure; what cannot be read is refused with the reason."""

from __future__ import annotations

import io
from typing import Any

import pytest

from knowledge.formats import Limits, Unreadable, convert
from tests.knowledge.formats.samples import bullets, flow, new_page, passages, pdf, ruled

LONG = (
    "An unused item may be sent back within seven days of its delivery, and the price goes back to the card. "
)


def refused(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(Unreadable) as caught:
        convert(data, "a.pdf", limits or Limits())
    return str(caught.value)


def drawn(draw: Any) -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    draw(canvas)
    canvas.save()
    return buffer.getvalue()


def test_structure_comes_through_to_passages() -> None:
    data = pdf(
        flow("title", "Return policy"),
        flow("heading", "Changed your mind?"),
        flow("text", LONG * 3),
        flow("text", LONG),
        bullets("unworn " + LONG, "boxed"),
        flow("heading", "Fees"),
        ruled([["Case", "Fee"], ["Return", "12.00"]]),
    )
    converted = convert(data, "a.pdf")
    assert (converted.title, converted.metadata["pages"]) == ("Return policy", 1)
    first, second = passages(converted)
    assert (first.id, first.heading) == ("sample.en#changed-your-mind", "Changed your mind?")
    assert first.text.split("\n\n") == [
        (LONG * 3).strip(),
        LONG.strip(),
        f"- unworn {LONG.strip()}\n- boxed",
    ]
    assert (second.heading, second.text) == ("Fees", "| Case | Fee |\n| --- | --- |\n| Return | 12.00 |")


def test_chinese_lines_are_joined_without_blanks() -> None:
    text = "自签收次日起七天内，商品完好可以申请无理由退货，退回的邮费由顾客承担，每单十二元。" * 3
    data = pdf(flow("zh title", "退货政策"), flow("zh heading", "无理由退货"), flow("zh", text))
    (passage,) = passages(convert(data, "a.pdf"))
    assert (passage.title, passage.heading, passage.text, passage.language) == (
        "退货政策",
        "无理由退货",
        text,
        "zh",
    )


def test_headers_footers_and_page_numbers_are_left_out() -> None:
    pages = [each for number in range(3) for each in (flow("text", f"Rule {number} holds."), new_page())]
    markdown = convert(pdf(*pages, header="Acme handbook 2026"), "a.pdf").markdown
    assert markdown == "Rule 0 holds.\n\nRule 1 holds.\n\nRule 2 holds.\n"


def test_a_paragraph_goes_on_over_the_page() -> None:
    data = pdf(flow("text", "It is paid by the"), new_page(), flow("text", "customer."))
    assert convert(data, "a.pdf").markdown == "It is paid by the customer.\n"


def test_a_table_goes_on_over_the_page() -> None:
    head = ["Case", "Fee"]
    data = pdf(ruled([head, ["Return", "12"]]), new_page(), ruled([head, ["Repair", "0"]]))
    assert (
        convert(data, "a.pdf").markdown == "| Case | Fee |\n| --- | --- |\n| Return | 12 |\n| Repair | 0 |\n"
    )


def test_broken_words_are_whole_again() -> None:
    def draw(canvas: Any) -> None:
        lines = (
            "The war-",
            "ranty holds; a no-reason return, that is no-",
            "reason, needs no ground what-",
            "ever.",
        )
        for number, line in enumerate(lines):
            canvas.drawString(72, 700 - 14 * number, line)

    text = convert(drawn(draw), "a.pdf").markdown.replace("\n", " ")
    assert (
        text.strip() == "The warranty holds; a no-reason return, that is no-reason, needs no ground whatever."
    )


def test_two_columns_are_read_one_after_the_other() -> None:
    left = [f"left {number} fills the whole width of it" for number in range(8)]
    right = [f"right {number} fills the width just as well" for number in range(8)]

    def draw(canvas: Any) -> None:
        for number, (one, other) in enumerate(zip(left, right, strict=True)):
            canvas.drawString(60, 700 - 14 * number, one)
            canvas.drawString(320, 700 - 14 * number, other)

    text = " ".join(convert(drawn(draw), "a.pdf").markdown.split())
    assert text == " ".join(left + right)


def test_a_table_without_lines_is_a_table() -> None:
    def draw(canvas: Any) -> None:
        for number, (one, other) in enumerate([("Case", "Fee"), ("Return", "12"), ("Repair", "0")]):
            canvas.drawString(60, 700 - 14 * number, one)
            canvas.drawString(200, 700 - 14 * number, other)

    assert "| Return | 12 |\n| Repair | 0 |" in convert(drawn(draw), "a.pdf").markdown


def test_a_password_is_recognised() -> None:
    assert "password" in refused(pdf(flow("text", LONG), password="open sesame"))


def test_a_scan_is_recognised() -> None:
    assert "OCR" in refused(drawn(lambda canvas: canvas.rect(50, 50, 300, 300, fill=1)))


def test_too_many_pages_are_refused() -> None:
    pages = [each for _ in range(4) for each in (flow("text", LONG), new_page())]
    assert "more than 3 pages" in refused(pdf(*pages), Limits(pages=3))


def test_damage_is_refused() -> None:
    data = pdf(flow("text", LONG))
    assert "damaged" in refused(data[:200])
    assert "not a PDF" in refused(b"hello")


def looped(objects: list[bytes]) -> bytes:
    body = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (count, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, table) + end


@pytest.mark.parametrize(
    "objects",
    [
        # The tree of pages holds itself, the object is its own value, the content draws itself.
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"],
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"2 0 R"],
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R"
            b" /Resources << /XObject << /A 5 0 R >> >> >>",
            b"<< /Length 5 >>\nstream\n/A Do\nendstream",
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 11"
            b" /Resources << /XObject << /A 5 0 R >> >> >>\nstream\n/A Do /A Do\nendstream",
        ],
    ],
)
def test_loops_end_in_a_refusal(objects: list[bytes]) -> None:
    assert refused(looped(objects), Limits(seconds=2))
