#!/usr/bin/env python3
"""Cuts the face of link previews out of Noto Serif CJK SC.

Needs fonttools 4.68 and Debian's fonts-noto-cjk 20220127:

    pip install fonttools==4.68.0
    python3 src/preview/font/make.py /usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc

What is kept: Latin with the letters of European languages, Greek, Cyrillic, kana, punctuation, the
6,763 characters of GB 2312, and those of names and newer words that it lacks. Hints go, nobody
sees them at these sizes; so do vertical setting and the forms of other regions.
"""

import pathlib
import sys

from fontTools import subset

# The font of the collection that has the forms of Simplified Chinese.
SIMPLIFIED = 2

# Names, food, things, and words of the net that GB 2312 lacks.
NEWER = (
    "㑇㕮㘎㙍㛃䏝䓖䝼䥽䴘䴙䶮乂仼伃侘俶倞倧偲傒儁勔匜唝啫啰喆嗞嘚囍囧垚埗堃堺妏婳媤嬿屃嵐嶋嶽"
    "彣彧斝旸旻昇昉晅晙晞晳暐曌朓枓槅槑沄沺洣淏渼湉潾濛炆炘烎烜焗煋燊燍燚燻爌犇玘玥玦玧玹珅珺琍"
    "瑀瑄瑢璘璟璠瓘瓻甃甗甪畑皛皞盨瞭祎祾禛窣窸簠粄粧粿纁纻罍羴翀翙翚翛翣翾芃茝菫蔲裈褀襕赑赟鎶"
    "锜镕镹霂靉韡頔頫饦馃馎骉魟魮鱻鹍鿏鿬鿭"
)


def gb2312():
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                yield ord(bytes([row, cell]).decode("gb2312"))
            except UnicodeDecodeError:
                pass


def characters():
    yield from range(0x20, 0x7F)
    yield from range(0xA0, 0x180)
    yield from range(0x370, 0x400)
    yield from range(0x400, 0x460)
    yield from range(0x2010, 0x2028)
    yield from (0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x203B, 0x20AC, 0x2122)
    yield from (0x2190, 0x2191, 0x2192, 0x2193, 0x2212, 0x2260, 0x2264, 0x2265)
    yield from range(0x3000, 0x3100)
    yield from range(0xFF01, 0xFF60)
    yield from range(0xFFE0, 0xFFE7)
    yield from gb2312()
    yield from map(ord, NEWER)


def main():
    options = subset.Options()
    options.font_number = SIMPLIFIED
    options.layout_features = ["ccmp", "halt", "kern", "mark", "pwid"]
    options.hinting = False
    options.notdef_outline = True
    # The licence and whose it is stay in the file.
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.drop_tables += ["BASE", "DSIG", "VORG", "vhea", "vmtx"]
    font = subset.load_font(sys.argv[1], options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=sorted(set(characters())))
    subsetter.subset(font)
    out = pathlib.Path(__file__).with_name("NotoSerifSC-Regular.otf")
    subset.save_font(font, out, options)
    print(out, out.stat().st_size, "bytes")


main()
