"""A PDF of a few lines, so that what is attached can be opened."""


def pdf_of(*lines: str) -> bytes:
    """A page of A4 with the lines in Helvetica; they are of ASCII."""
    shown = "".join(f"({_escaped(line)}) Tj T*\n" for line in lines)
    content = f"BT /F1 14 Tf 20 TL 72 760 Td\n{shown}ET".encode("ascii")
    return _file(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )


def _file(*objects: bytes) -> bytes:
    """The objects, numbered from 1, the catalogue first, and the table of where each begins."""
    written, begins = b"%PDF-1.4\n", list[int]()
    for number, each in enumerate(objects, 1):
        begins.append(len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    rows = b"".join(b"%010d 00000 n \n" % each for each in begins)
    size = len(objects) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n%b" % (size, rows)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(written))
    return written + table + trailer


def _escaped(line: str) -> str:
    return "".join(f"\\{each}" if each in "()\\" else each for each in line)
