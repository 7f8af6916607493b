"""Writes pictures of every kind and, beside each, what Pillow shows of it.

pictures.py FOLDER writes FOLDER/NAME.ENDING and FOLDER/expected.tsv with the lines
NAME.ENDING, width, height; the pixels themselves are in FOLDER/NAME.ENDING.rgb, three bytes each.
"""
import io
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageFile, ImageOps, features

folder = Path(sys.argv[1])
lines = []
random = np.random.RandomState(7)


def scene(width, height, seed=0):
    """A smooth scene with sharp coloured edges and some noise, as photographs have."""
    r = np.random.RandomState(seed)
    y, x = np.mgrid[0:height, 0:width] / max(width, height)
    a = np.stack([x, y, (x + y) / 2], axis=-1) * 200 + 20
    for _ in range(6):
        cx, cy, radius = r.rand(3) * [1, 1, 0.3]
        a[(x - cx) ** 2 + (y - cy) ** 2 < radius ** 2] = r.rand(3) * 255
    return np.clip(a + r.randn(height, width, 3) * 4, 0, 255).astype(np.uint8)


def shown(image):
    """What Pillow shows: the first frame, turned as noted, over white where it is transparent."""
    image = ImageOps.exif_transpose(image)
    if image.mode in ("I", "I;16", "I;16B"):
        image = Image.fromarray((np.array(image).astype(np.int64) >> 8).astype(np.uint8))
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        a = np.array(image).astype(np.int64)
        alpha = a[..., 3:]
        return Image.fromarray(((a[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8))
    return image.convert("RGB")


def expect(name, like=None):
    image = shown(Image.open(folder / (like or name)))
    (folder / (name + ".rgb")).write_bytes(image.tobytes())
    lines.append(f"{name}\t{image.width}\t{image.height}")


def save(name, image, **options):
    image.save(folder / name, **options)
    expect(name)


def write(name, content):
    (folder / name).write_bytes(content)
    expect(name)


def jpeg(image, **options):
    out = io.BytesIO()
    image.save(out, "JPEG", **options)
    return out.getvalue()


def segments(content):
    """Splits a JPEG into its marker segments and the rest from the first scan on."""
    at = 2
    found = []
    while content[at + 1] != 0xDA:
        length = 2 + struct.unpack(">H", content[at + 2:at + 4])[0]
        found.append(content[at:at + length])
        at += length
    return found, content[at:]


def without(content, marker):
    found, rest = segments(content)
    return content[:2] + b"".join(s for s in found if s[1] != marker) + rest


def with_segment(content, segment):
    return content[:2] + segment + content[2:]


def adobe(transform):
    return b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00" + bytes([transform])


def identified(content, ids):
    """Gives the components of a JPEG other identifiers."""
    found, rest = segments(content)
    out = content[:2]
    for s in found:
        if s[1] in (0xC0, 0xC1, 0xC2):
            s = bytearray(s)
            for i, one in enumerate(ids):
                s[10 + 3 * i] = one
            s = bytes(s)
        out += s
    rest = bytearray(rest)
    for i, one in enumerate(ids):
        rest[5 + 2 * i] = one
    return out + bytes(rest)


rgb = Image.fromarray(scene(61, 47))
gray = rgb.convert("L")
alpha = Image.fromarray(np.clip(scene(61, 47, 3)[..., 0].astype(int) * 2 - 128, 0, 255).astype(np.uint8))
rgba = rgb.copy()
rgba.putalpha(alpha)
la = gray.copy()
la.putalpha(alpha)
cmyk = Image.merge("CMYK", [Image.fromarray(scene(61, 47, s)[..., s % 3]) for s in (1, 2, 3, 4)])
palette = rgb.quantize(40)
deep = (scene(61, 47, 5)[..., 0].astype(np.uint16) << 8) + random.randint(0, 256, (47, 61)).astype(np.uint16)


def icc():
    from PIL import ImageCms
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def display_p3():
    """An ICC profile whose colours are others: sRGB's, with red and green of other places."""
    profile = bytearray(icc())
    count = struct.unpack(">I", profile[128:132])[0]
    places = {}
    for i in range(count):
        tag, at, size = struct.unpack(">4sII", profile[132 + 12 * i:144 + 12 * i])
        places[tag] = at
    r, g = places[b"rXYZ"], places[b"bXYZ"]
    profile[r:r + 20], profile[g:g + 20] = profile[g:g + 20], profile[r:r + 20]
    return bytes(profile)


# PNG
save("rgb.png", rgb)
save("gray.png", gray)
save("bilevel.png", gray.convert("1"))
save("palette.png", palette)
save("palette-few.png", rgb.quantize(3), bits=2)
save("palette-gray.png", gray.quantize(16))
save("palette-transparent.png", palette, transparency=3)
save("palette-alpha.png", palette, transparency=bytes(range(0, 240, 6)))
save("rgb-transparent.png", rgb, transparency=rgb.getpixel((5, 5)))
save("gray-transparent.png", gray, transparency=gray.getpixel((5, 5)))
save("la.png", la)
save("rgba.png", rgba)
save("deep-gray.png", Image.fromarray(deep.astype(np.int32), "I"))
save("icc.png", rgb, icc_profile=display_p3())
save("icc-gray.png", gray, icc_profile=icc())
save("one.png", rgb.crop((3, 3, 4, 4)))


def png(width, height, depth, colour, rows, extra=b"", interlaced=False):
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0,
            1 if interlaced else 0)) + extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def deep_rows(a):
    return b"".join(b"\0" + row.astype(">u2").tobytes() for row in a)


deep_rgb = scene(61, 47, 6).astype(np.uint16) * 256 + random.randint(0, 256, (47, 61, 3)).astype(np.uint16)
write("deep-rgb.png", png(61, 47, 16, 2, deep_rows(deep_rgb)))
write("deep-rgba.png", png(61, 47, 16, 6, deep_rows(np.dstack([deep_rgb, deep]))))
write("deep-la.png", png(61, 47, 16, 4, deep_rows(np.dstack([deep, deep[::-1]]))))
write("gray-4.png", png(61, 47, 4, 0, b"".join(b"\0" + bytes(random.randint(0, 256, 31).astype(np.uint8))
                                               for _ in range(47))))
write("gray-2.png", png(61, 47, 2, 0, b"".join(b"\0" + bytes(random.randint(0, 256, 16).astype(np.uint8))
                                               for _ in range(47))))
gama = struct.pack(">I", 4) + b"gAMA" + struct.pack(">I", 100000)
gama += struct.pack(">I", zlib.crc32(gama[4:]))
write("gamma.png", png(61, 47, 8, 2, b"".join(b"\0" + row.tobytes() for row in scene(61, 47)), gama))
write("gamma-gray.png", png(61, 47, 8, 0, b"".join(b"\0" + row.tobytes() for row in scene(61, 47)[..., 0]), gama))


def adam7(a):
    out = b""
    for x0, y0, dx, dy in ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
                           (0, 1, 1, 2)):
        part = a[y0::dy, x0::dx]
        if part.size:
            out += b"".join(b"\0" + row.tobytes() for row in part)
    return out


write("interlaced.png", png(61, 47, 8, 2, adam7(scene(61, 47)), interlaced=True))



def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


write("deep-rgb-transparent.png", png(61, 47, 16, 2, deep_rows(np.full((47, 61, 3), 257, np.uint16)),
                                      chunk(b"tRNS", struct.pack(">HHH", 257, 257, 257))))
save("bilevel-transparent.png", gray.convert("1"), transparency=0)
save("animated.png", rgb, save_all=True, append_images=[rgb.rotate(90)])

# JPEG
for subsampling, name in ((0, "444"), (1, "422"), (2, "420")):
    for width, height in ((61, 47), (64, 48), (17, 33), (1, 1), (2, 3), (9, 8)):
        save(f"{name}-{width}x{height}.jpg", Image.fromarray(scene(width, height, 8)), subsampling=subsampling,
             quality=90)
save("noise-420.jpg", Image.fromarray(random.randint(0, 256, (50, 70, 3)).astype(np.uint8)), quality=95,
     subsampling=2)
save("noise-422.jpg", Image.fromarray(random.randint(0, 256, (50, 70, 3)).astype(np.uint8)), quality=30,
     subsampling=1)


def sampled(content, factors):
    """Says other sampling factors of the first component, with as many blocks: the same data are another picture."""
    found, rest = segments(content)
    return content[:2] + b"".join(s[:11] + bytes([factors]) + s[12:] if s[1] == 0xC0 else s for s in found) + rest


square = Image.fromarray(scene(64, 64, 13))
write("440.jpg", sampled(jpeg(square, subsampling=1), 0x12))
write("411.jpg", sampled(jpeg(square, subsampling=2), 0x41))
write("tall-411.jpg", sampled(jpeg(square, subsampling=2), 0x14))
save("low.jpg", rgb, quality=5)
save("gray.jpg", gray)
save("gray-progressive.jpg", gray, progressive=True)
for subsampling in (0, 1, 2):
    save(f"progressive-{subsampling}.jpg", rgb, progressive=True, subsampling=subsampling, quality=92)
save("optimised.jpg", rgb, optimize=True)
save("icc.jpg", rgb, icc_profile=display_p3())
save("icc-gray.jpg", gray, icc_profile=icc())
save("icc-of-cmyk.jpg", rgb, icc_profile=b"damaged" * 30)
save("cmyk.jpg", cmyk, quality=92)
save("cmyk-progressive.jpg", cmyk, progressive=True)
save("cmyk-icc.jpg", cmyk, icc_profile=b"CMYK?" * 100)
write("cmyk-without-adobe.jpg", without(jpeg(cmyk), 0xEE))
found, rest = segments(jpeg(cmyk))
ycck = b"\xff\xd8" + b"".join(adobe(2) if s[1] == 0xEE else s for s in found) + rest
write("ycck.jpg", ycck)
write("ycck-identified.jpg", identified(ycck, (1, 2, 3, 4)))
plain = jpeg(rgb, subsampling=0)
write("without-jfif.jpg", without(plain, 0xE0))
write("without-jfif-420.jpg", without(jpeg(rgb), 0xE0))
write("adobe-ycc.jpg", with_segment(without(plain, 0xE0), adobe(1)))
write("adobe-rgb.jpg", with_segment(without(plain, 0xE0), adobe(0)))
write("adobe-and-jfif.jpg", plain[:20] + adobe(0) + plain[20:])
write("adobe-unknown.jpg", with_segment(without(plain, 0xE0), adobe(7)))
write("identified-rgb.jpg", identified(without(plain, 0xE0), b"RGB"))
write("identified-rgb-jfif.jpg", identified(plain, b"RGB"))
write("identified-zero.jpg", identified(without(plain, 0xE0), (0, 1, 2)))
write("identified-else.jpg", identified(without(plain, 0xE0), (7, 3, 9)))
write("trailing.jpg", plain + b"what a camera appends" * 50)
ImageFile.LOAD_TRUNCATED_IMAGES = True  # as Pillow without it reads some of these and not others
write("no-end.jpg", plain[:-2])
write("no-end-420.jpg", jpeg(rgb)[:-2])
write("no-end-progressive.jpg", jpeg(rgb, progressive=True)[:-2])
write("comment.jpg", with_segment(plain, b"\xff\xfe\x00\x08hello!"))
write("fill.jpg", plain[:2] + b"\xff\xff\xff" + plain[2:])
damaged = jpeg(rgb)
write("damaged-end.jpg", damaged[:-14] + bytes([0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc]) + damaged[-8:])
write("short-end.jpg", damaged[:-12] + damaged[-2:])
write("shorter.jpg", damaged[:-12])
ImageFile.LOAD_TRUNCATED_IMAGES = False

# orientation
for orientation in range(1, 9):
    exif = Image.Exif()
    exif[274] = orientation
    for ending in ("jpg", "png", "tiff", "webp"):
        name = f"turned-{orientation}.{ending}"
        rgb.save(folder / name, exif=exif, **({"lossless": True} if ending == "webp" else {}))
        # some versions of Pillow turn TIFF files when they load them, and then once more
        expect(name, f"turned-{orientation}.png" if ending == "tiff" else name)
exif = Image.Exif()
exif[274] = 6
write("turned-big-endian.jpg", with_segment(plain, b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03"
                                           b"\0\0\0\x01\0\x06\0\0\0\0\0\0"))
save("turned-gray.jpg", gray, exif=exif)
save("turned-alpha.png", rgba, exif=exif)

# GIF
save("plain.gif", palette)
save("gray.gif", gray)
save("interlaced.gif", palette, interlace=1)
save("transparent.gif", palette, transparency=5)
save("animated.gif", palette, save_all=True, append_images=[Image.fromarray(scene(61, 47, 9)).quantize(40)])
save("one.gif", palette.crop((0, 0, 1, 1)))
small = io.BytesIO()
palette.save(small, "GIF")
small = bytearray(small.getvalue())
small[6:10] = struct.pack("<HH", 80, 60)  # a screen that is larger than the frame
write("screen.gif", bytes(small))
at = small.index(b"\x2c", 13 + 3 * (2 << (small[10] & 7)))
small[at + 1:at + 5] = struct.pack("<HH", 7, 5)
write("screen-offset.gif", bytes(small))
small = io.BytesIO()
palette.save(small, "GIF", transparency=7)
small = bytearray(small.getvalue())
small[6:10] = struct.pack("<HH", 80, 60)
write("screen-transparent.gif", bytes(small))

# BMP
save("rgb.bmp", rgb)
save("gray.bmp", gray)
save("bilevel.bmp", gray.convert("1"))
save("palette.bmp", palette)
save("rgba.bmp", rgba)
save("one.bmp", rgb.crop((0, 0, 1, 1)))


def bmp(width, height, bits, compression, body, colours=b"", masks=b""):
    offset = 14 + 40 + len(masks) + len(colours)
    return (b"BM" + struct.pack("<IHHI", offset + len(body), 0, 0, offset)
            + struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, compression, len(body), 2835, 2835,
                          len(colours) // 4, 0) + masks + colours + body)


pixels = scene(64, 48, 10)
write("top-down.bmp", bmp(64, -48, 24, 0, pixels[..., ::-1].tobytes()))
bgrx = np.dstack([pixels[..., ::-1], np.full((48, 64), 0, np.uint8)])
write("32.bmp", bmp(64, 48, 32, 0, bgrx[::-1].tobytes()))
colours = bytes(random.randint(0, 256, 64).astype(np.uint8))
colours = b"".join(colours[4 * i:4 * i + 3] + b"\0" for i in range(16))
four = random.randint(0, 256, (48, 32)).astype(np.uint8)
write("4.bmp", bmp(64, 48, 4, 0, four.tobytes(), colours))
five = ((pixels[..., 0].astype(np.uint16) >> 3) << 10) | ((pixels[..., 1].astype(np.uint16) >> 3) << 5) | (
    pixels[..., 2].astype(np.uint16) >> 3)
write("555.bmp", bmp(64, 48, 16, 0, five[::-1].astype("<u2").tobytes()))
six = ((pixels[..., 0].astype(np.uint16) >> 3) << 11) | ((pixels[..., 1].astype(np.uint16) >> 2) << 5) | (
    pixels[..., 2].astype(np.uint16) >> 3)
write("565.bmp", bmp(64, 48, 16, 3, six[::-1].astype("<u2").tobytes(), masks=struct.pack("<III", 0xF800, 0x7E0, 0x1F)))
rle = b""
for row in (np.array(gray.resize((64, 48))) // 16)[::-1]:
    at = 0
    while at < 64:
        n = 1
        while at + n < 64 and row[at + n] == row[at]:
            n += 1
        rle += bytes([n, row[at]])
        at += n
    rle += b"\0\0"
rle += b"\0\1"
gray_colours = b"".join(bytes([16 * i, 255 - 16 * i, 8 * i, 0]) for i in range(16))
write("rle8.bmp", bmp(64, 48, 8, 1, rle, gray_colours))
rle = b"".join(b"".join(bytes([2, int(a) << 4 | int(b)]) for a, b in zip(row[::2], row[1::2])) + b"\0\0"
               for row in (np.array(gray.resize((64, 48))) // 16)[::-1]) + b"\0\1"
write("rle4.bmp", bmp(64, 48, 4, 2, rle, gray_colours))
write("os2.bmp", b"BM" + struct.pack("<IHHI", 26 + 768 + 64 * 48, 0, 0, 26 + 768) + struct.pack("<IHHHH", 12, 64, 48, 1, 8)
      + bytes(random.randint(0, 256, 768).astype(np.uint8)) + pixels[..., 0].tobytes())
for name, opacity in (("alpha", 0xFF000000), ("masks", 0)):
    body = np.dstack([pixels[..., ::-1], pixels[..., :1]])[::-1].tobytes()
    header = (struct.pack("<IiiHHIIiiII", 108, 64, 48, 1, 32, 3, len(body), 2835, 2835, 0, 0)
              + struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, opacity) + b"BGRs" + b"\0" * 48)
    write(f"{name}.bmp", b"BM" + struct.pack("<IHHI", 14 + 108 + len(body), 0, 0, 14 + 108) + header + body)

# TIFF
for compression in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg", "tiff_deflate"):
    save(f"{compression}.tiff", rgb, compression=compression)
    if compression != "jpeg":
        save(f"{compression}-gray.tiff", gray, compression=compression)
save("gray-jpeg.tiff", gray, compression="jpeg")
save("bilevel.tiff", gray.convert("1"))
save("group4.tiff", gray.convert("1"), compression="group4")
save("group3.tiff", gray.convert("1"), compression="group3")
save("palette.tiff", palette)
save("la.tiff", la)
save("rgba.tiff", rgba)
save("rgba-lzw.tiff", rgba, compression="tiff_lzw")
save("cmyk.tiff", cmyk)
save("cmyk-lzw.tiff", cmyk, compression="tiff_lzw")
save("deep.tiff", Image.fromarray(deep))
save("deep-lzw.tiff", Image.fromarray(deep), compression="tiff_lzw")
save("icc.tiff", rgb, icc_profile=display_p3())
save("icc-gray.tiff", gray, icc_profile=icc())
save("pages.tiff", rgb, save_all=True, append_images=[rgb.rotate(90)])
save("one.tiff", rgb.crop((0, 0, 1, 1)))


def tiff(entries, bodies, order=">"):
    """Writes a TIFF of one directory; a body is a strip, a tile or a plane."""
    kinds = {3: "H", 4: "I"}
    at = 8
    places = []
    for body in bodies:
        places.append(at)
        at += len(body) + len(body) % 2
    entries = dict(entries)
    tiles = 322 in entries
    entries[324 if tiles else 273] = (4, places)
    entries[325 if tiles else 279] = (4, [len(body) for body in bodies])
    directory = at
    extra_at = directory + 2 + 12 * len(entries) + 4
    table, extra = b"", b""
    for tag in sorted(entries):
        kind, values = entries[tag]
        packed = struct.pack(order + kinds[kind] * len(values), *values)
        if len(packed) > 4:
            table += struct.pack(order + "HHII", tag, kind, len(values), extra_at + len(extra))
            extra += packed + b"\0" * (len(packed) % 2)
        else:
            table += struct.pack(order + "HHI", tag, kind, len(values)) + packed.ljust(4, b"\0")
    return ((b"MM" if order == ">" else b"II") + struct.pack(order + "HI", 42, directory)
            + b"".join(body + b"\0" * (len(body) % 2) for body in bodies)
            + struct.pack(order + "H", len(entries)) + table + b"\0" * 4 + extra)


def basic(width, height, bits, photometric, samples):
    return {256: (3, [width]), 257: (3, [height]), 258: (3, [bits] * samples), 259: (3, [1]),
            262: (3, [photometric]), 277: (3, [samples]), 278: (3, [height])}


write("big-endian.tiff", tiff(basic(64, 48, 8, 2, 3), [pixels.tobytes()]))
write("big-endian-16.tiff", tiff(basic(61, 47, 16, 1, 1), [deep.astype(">u2").tobytes()]))
write("planar.tiff", tiff({**basic(64, 48, 8, 2, 3), 284: (3, [2])}, [pixels[..., c].tobytes() for c in range(3)], "<"))
write("tiled.tiff", tiff({**basic(64, 48, 8, 2, 3), 322: (3, [32]), 323: (3, [16])},
                         [pixels[y:y + 16, x:x + 32].tobytes() for y in range(0, 48, 16) for x in range(0, 64, 32)]))
write("strips.tiff", tiff({**basic(64, 48, 8, 2, 3), 278: (3, [7])},
                          [pixels[y:y + 7].tobytes() for y in range(0, 48, 7)], "<"))
write("white-is-zero.tiff", tiff(basic(64, 48, 8, 0, 1), [pixels[..., 0].tobytes()], "<"))
write("deflate-predictor.tiff", tiff({**basic(64, 48, 8, 2, 3), 259: (3, [8]), 317: (3, [2])},
      [zlib.compress(np.concatenate([pixels[:, :1], np.diff(pixels, axis=1)], axis=1).tobytes())], "<"))
write("gray-4.tiff", tiff(basic(64, 48, 4, 1, 1), [four.tobytes()], "<"))
save("cmyk-jpeg.tiff", cmyk, compression="jpeg")
faded = np.dstack([pixels // 2, np.full((48, 64), 127, np.uint8)])
write("associated.tiff", tiff({**basic(64, 48, 8, 2, 4), 338: (3, [1])}, [faded.tobytes()], "<"))
write("unspecified.tiff", tiff({**basic(64, 48, 8, 2, 4), 338: (3, [0])}, [faded.tobytes()], "<"))
write("deep-rgba.tiff", tiff({**basic(61, 47, 16, 2, 4), 338: (3, [2])}, [np.dstack([deep_rgb, deep]).astype(">u2").tobytes()]))


def differences(a, kind):
    return zlib.compress(np.concatenate([a[:, :1], np.diff(a, axis=1)], axis=1).astype(kind).tobytes())


write("deep-predictor.tiff", tiff({**basic(61, 47, 16, 1, 1), 317: (3, [2]), 259: (3, [8])}, [differences(deep, "<u2")], "<"))
write("deep-rgb-predictor.tiff", tiff({**basic(61, 47, 16, 2, 3), 317: (3, [2]), 259: (3, [8])},
                                      [differences(deep_rgb, ">u2")]))
write("deep-tiled-predictor.tiff", tiff({**basic(32, 32, 16, 1, 1), 317: (3, [2]), 259: (3, [8]), 322: (3, [16]),
      323: (3, [16])}, [differences(deep[y:y + 16, x:x + 16], ">u2") for y in (0, 16) for x in (0, 16)]))

# WebP
if features.check("webp"):
    for quality in (10, 50, 80, 100):
        save(f"lossy-{quality}.webp", rgb, quality=quality)
    save("noise.webp", Image.fromarray(random.randint(0, 256, (50, 70, 3)).astype(np.uint8)), quality=70)
    save("lossless.webp", rgb, lossless=True)
    save("lossless-few.webp", palette.convert("RGB"), lossless=True)
    save("lossless-alpha.webp", rgba, lossless=True)
    save("lossy-alpha.webp", rgba, quality=80)
    save("gray.webp", gray)
    save("animated.webp", rgb, save_all=True, append_images=[rgb.rotate(180)], duration=100)
    save("animated-lossless.webp", rgb, save_all=True, append_images=[rgb.rotate(180)], duration=100, lossless=True)
    save("one.webp", rgb.crop((0, 0, 1, 1)))
    save("odd.webp", Image.fromarray(scene(33, 17, 11)))
    save("large.webp", Image.fromarray(scene(300, 200, 12)), quality=75)
    part = Image.new("RGBA", (90, 80))
    part.paste(rgba, (10, 14))
    save("animated-part.webp", part, save_all=True, append_images=[Image.new("RGBA", (90, 80))], minimize_size=True,
         lossless=True)
    save("icc.webp", rgb, icc_profile=display_p3())

(folder / "expected.tsv").write_text("\n".join(lines) + "\n")
