//! Images of every format, hostile files, and what is left of metadata.

use forum_domain::media::rules;
use image::{ExtendedColorType, ImageBuffer, Rgb, Rgba};

use super::*;

fn limits() -> ImageLimits {
    rules::limits()
}

fn whole(bytes: &[u8]) -> Result<Cleaned, Unfit> {
    clean(bytes, limits(), Fit::Whole)
}

/// A picture with a red left and a blue right half.
fn halves(width: u32, height: u32) -> DynamicImage {
    ImageBuffer::from_fn(
        width,
        height,
        |x, _| if x < width / 2 { Rgb([255, 0, 0]) } else { Rgb([0, 0, 255_u8]) },
    )
    .into()
}

fn png(width: u32, height: u32) -> Vec<u8> {
    encode(halves(width, height), ImageFormat::Png).unwrap().bytes
}

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    encode(halves(width, height), ImageFormat::Jpeg).unwrap().bytes
}

fn webp() -> Vec<u8> {
    encode(halves(40, 20), ImageFormat::Webp).unwrap().bytes
}

/// A GIF of so many frames, four by four.
fn gif(frames: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = gif::Encoder::new(&mut bytes, 4, 4, &[255, 0, 0, 0, 0, 255]).unwrap();
    encoder.set_repeat(gif::Repeat::Infinite).unwrap();
    for n in 0..frames {
        let frame = gif::Frame {
            width: 4,
            height: 4,
            delay: 7,
            buffer: vec![u8::try_from(n % 2).unwrap(); 16].into(),
            ..gif::Frame::default()
        };
        encoder.write_frame(&frame).unwrap();
    }
    drop(encoder);
    bytes
}

fn holds(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

/// EXIF that turns the picture (6: a quarter to the right) and says where it was taken.
fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0\x02\0".to_vec();
    tiff.extend_from_slice(&[0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    tiff.extend_from_slice(&[0x25, 0x88, 4, 0, 1, 0, 0, 0, 38, 0, 0, 0, 0, 0, 0, 0]);
    tiff.extend_from_slice(b"GPS 31.2304N 121.4737E");
    tiff
}

/// A JPEG with this EXIF and a comment.
fn photo(orientation: u8) -> Vec<u8> {
    let plain = jpeg(40, 20);
    let exif = [b"Exif\0\0".as_slice(), &exif(orientation)].concat();
    let segment = |marker: u8, data: &[u8]| {
        let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
        [&[0xFF, marker], length.as_slice(), data].concat()
    };
    [&plain[..2], &segment(0xE1, &exif), &segment(0xFE, b"taken by somebody"), &plain[2..]].concat()
}

#[test]
fn every_format_is_kept_with_its_measures() {
    for (file, format, width, height) in [
        (png(40, 20), ImageFormat::Png, 40, 20),
        (jpeg(40, 20), ImageFormat::Jpeg, 40, 20),
        (gif(3), ImageFormat::Gif, 4, 4),
        (webp(), ImageFormat::Webp, 40, 20),
    ] {
        let cleaned = whole(&file).unwrap();
        assert_eq!((cleaned.format, cleaned.width, cleaned.height), (format, width, height));
        assert_eq!(super::format(&cleaned.bytes), Some(format));
        let again = whole(&cleaned.bytes).unwrap();
        assert_eq!((again.width, again.height), (width, height), "what is written can be read");
    }
}

#[test]
fn a_photo_is_turned_as_it_says_and_does_not_tell_where_it_was_taken() {
    let cleaned = whole(&photo(6)).unwrap();
    assert_eq!((cleaned.width, cleaned.height), (20, 40));
    let image = image::load_from_memory(&cleaned.bytes).unwrap().into_rgb8();
    let (top, bottom) = (image.get_pixel(10, 2), image.get_pixel(10, 37));
    assert!(top.0[0] > 200 && bottom.0[2] > 200, "{top:?} {bottom:?}");
    for told in [b"Exif".as_slice(), b"GPS", b"31.2304", b"somebody"] {
        assert!(holds(&photo(6), told) && !holds(&cleaned.bytes, told));
    }
}

#[test]
fn a_png_keeps_its_picture_and_loses_its_texts() {
    let mut file = Vec::new();
    let mut encoder = PngEncoder::new(&mut file);
    encoder.set_exif_metadata(exif(1)).unwrap();
    let pixels: ImageBuffer<Rgba<u8>, _> = ImageBuffer::from_pixel(3, 2, Rgba([1, 2, 3, 128]));
    encoder.write_image(pixels.as_raw(), 3, 2, ExtendedColorType::Rgba8).unwrap();
    assert!(holds(&file, b"121.4737"));
    let cleaned = whole(&file).unwrap();
    assert!(!holds(&cleaned.bytes, b"121.4737") && !holds(&cleaned.bytes, b"eXIf"));
    assert_eq!(image::load_from_memory(&cleaned.bytes).unwrap().into_rgba8(), pixels);
}

#[test]
fn an_animation_keeps_its_frames_and_their_times_and_nothing_else() {
    let mut file = gif(5);
    let trailer = file.pop().unwrap();
    file.extend_from_slice(b"\x21\xFE\x0bsecret note\0");
    file.push(trailer);
    file.extend_from_slice(b"after the end");
    let cleaned = whole(&file).unwrap();
    assert!(!holds(&cleaned.bytes, b"secret") && !holds(&cleaned.bytes, b"after"));
    let mut decoder = gif::Decoder::new(&cleaned.bytes[..]).unwrap();
    let mut frames = 0;
    while let Some(frame) = decoder.read_next_frame().unwrap() {
        assert_eq!((frame.delay, frame.buffer[0]), (7, frames % 2));
        frames += 1;
    }
    assert_eq!((frames, decoder.repeat()), (5, gif::Repeat::Infinite));
}

#[test]
fn an_animation_has_at_most_two_hundred_frames() {
    assert!(whole(&gif(200)).is_ok());
    assert_eq!(whole(&gif(201)), Err(Unfit::TooManyFrames));
    assert_eq!(whole(&gif(10_000)), Err(Unfit::TooManyFrames));
    assert_eq!(clean(&gif(10_000), limits(), Fit::Square(512)), Err(Unfit::TooManyFrames));
}

#[test]
fn all_frames_together_have_so_many_pixels() {
    let few = ImageLimits { animated_pixels: 16 * 3, ..limits() };
    assert!(clean(&gif(3), few, Fit::Whole).is_ok());
    assert_eq!(clean(&gif(4), few, Fit::Whole), Err(Unfit::TooManyPixels));
}

/// An extended WebP of these parts.
fn extended(parts: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut file = b"RIFF\0\0\0\0WEBP".to_vec();
    let flag =
        |(name, flag): (&[u8; 4], u8)| if parts.iter().any(|(known, _)| *known == name) { flag } else { 0 };
    let flags = [(b"ICCP", 0x20), (b"EXIF", 0x08), (b"XMP ", 0x04), (b"ANIM", 0x02)].map(flag).iter().sum();
    let mut all: Vec<(&[u8], Vec<u8>)> = vec![(b"VP8X", vec![flags, 0, 0, 0, 39, 0, 0, 19, 0, 0])];
    all.extend(parts.iter().map(|(name, data)| (name.as_slice(), data.to_vec())));
    for (name, data) in all {
        file.extend_from_slice(name);
        file.extend_from_slice(&u32::try_from(data.len()).unwrap().to_le_bytes());
        file.extend_from_slice(&data);
        file.extend_from_slice(&vec![0; data.len() % 2]);
    }
    let size = u32::try_from(file.len() - 8).unwrap();
    file[4..8].copy_from_slice(&size.to_le_bytes());
    file
}

/// The image part of a WebP of 40 by 20.
fn vp8l() -> Vec<u8> {
    let file = webp();
    let at = file.windows(4).position(|name| name == b"VP8L").unwrap();
    let size = u32::from_le_bytes(file[at + 4..at + 8].try_into().unwrap());
    file[at + 8..at + 8 + size as usize].to_vec()
}

#[test]
fn a_webp_keeps_its_image_and_loses_what_stands_beside_it() {
    let image = vp8l();
    let parts: &[(&[u8; 4], &[u8])] = &[
        (b"ICCP", b"a profile"),
        (b"VP8L", &image),
        (b"EXIF", &exif(1)),
        (b"XMP ", b"<x:xmpmeta/>"),
        (b"ODD ", b"?"),
    ];
    let mut file = extended(parts);
    file.extend_from_slice(b"after the end");
    let cleaned = whole(&file).unwrap();
    for told in [b"ICCP".as_slice(), b"EXIF", b"XMP ", b"ODD ", b"GPS", b"after"] {
        assert!(holds(&file, told) && !holds(&cleaned.bytes, told));
    }
    let picture = image::load_from_memory(&cleaned.bytes).unwrap().into_rgb8();
    assert_eq!(picture, halves(40, 20).into_rgb8());

    let turned = whole(&extended(&[(b"VP8L", &image), (b"EXIF", &exif(6))])).unwrap();
    assert_eq!((turned.width, turned.height), (20, 40));
}

#[test]
fn an_animated_webp_keeps_its_frames() {
    let part = |name: &[u8; 4], data: &[u8]| {
        let size = u32::try_from(data.len()).unwrap().to_le_bytes();
        [name.as_slice(), &size, data, &vec![0; data.len() % 2]].concat()
    };
    let head = [0, 0, 0, 0, 0, 0, 39, 0, 0, 19, 0, 0, 100, 0, 0, 0];
    let frame = [head.as_slice(), &part(b"VP8L", &vp8l()), &part(b"JUNK", b"secret")].concat();
    let animation = |frames: usize| {
        let mut parts: Vec<(&[u8; 4], &[u8])> = vec![(b"ANIM", &[0; 6])];
        parts.extend(vec![(b"ANMF", frame.as_slice()); frames]);
        parts.push((b"XMP ", b"secret"));
        extended(&parts)
    };
    let cleaned = whole(&animation(3)).unwrap();
    assert!(!holds(&cleaned.bytes, b"secret"));
    let decoder = WebPDecoder::new(Cursor::new(&cleaned.bytes)).unwrap();
    assert!(decoder.has_animation());
    assert_eq!(image::AnimationDecoder::into_frames(decoder).filter(Result::is_ok).count(), 3);
    assert_eq!(whole(&animation(201)), Err(Unfit::TooManyFrames));
    let square = clean(&animation(2), limits(), Fit::Square(16)).unwrap();
    assert_eq!((square.width, square.height), (16, 16));
}

/// The head of a PNG of these measures, and a little data.
fn huge_png(width: u32, height: u32) -> Vec<u8> {
    let mut file = png(4, 4);
    file[16..20].copy_from_slice(&width.to_be_bytes());
    file[20..24].copy_from_slice(&height.to_be_bytes());
    let mut crc = flate2::Crc::new();
    crc.update(&file[12..29]);
    file[29..33].copy_from_slice(&crc.sum().to_be_bytes());
    file
}

#[test]
fn an_image_of_sixty_thousand_by_sixty_thousand_is_refused_by_its_head() {
    for fit in [Fit::Whole, Fit::Square(512)] {
        assert_eq!(clean(&huge_png(60_000, 60_000), limits(), fit), Err(Unfit::TooManyPixels));
        assert_eq!(clean(&huge_png(u32::MAX >> 1, 1), limits(), fit), Err(Unfit::TooManyPixels));
    }
    let mut jpeg = jpeg(40, 20);
    let frame = jpeg.windows(2).position(|marker| marker == [0xFF, 0xC0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xEA, 0x60, 0xEA, 0x60]);
    assert_eq!(whole(&jpeg), Err(Unfit::TooManyPixels));
    let mut gif = gif(1);
    gif[6..10].copy_from_slice(&[0x60, 0xEA, 0x60, 0xEA]);
    assert_eq!(whole(&gif), Err(Unfit::TooManyPixels));
    let mut webp = extended(&[(b"VP8L", &vp8l())]);
    webp[24..30].copy_from_slice(&[0x5F, 0xEA, 0, 0x5F, 0xEA, 0]);
    assert!(matches!(whole(&webp), Err(Unfit::TooManyPixels | Unfit::Damaged)));
}

#[test]
fn what_is_no_image_or_something_besides_is_not_taken() {
    for file in [
        b"".as_slice(),
        b"hello",
        b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"%PDF-1.7",
        b"BM......",
        b"II*\0",
        b"GIF89a/*<script>alert(1)</script>*/",
        &[png(4, 4), b"<script>alert(1)</script>".to_vec()].concat(),
        &[jpeg(4, 4), b"<?php echo 1;".to_vec()].concat(),
        &[gif(1), b"PK\x05\x06".to_vec(), vec![0; 18]].concat(),
    ] {
        assert_eq!(whole(file), Err(Unfit::Unsupported), "{:.40?}", file);
    }
}

#[test]
fn a_file_that_is_cut_or_garbled_anywhere_is_an_image_or_refused_and_no_more() {
    for file in [png(40, 20), photo(3), gif(4), webp(), extended(&[(b"VP8L", &vp8l()), (b"EXIF", &exif(1))])]
    {
        for cut in (0..file.len()).step_by(7) {
            for fit in [Fit::Whole, Fit::Square(16)] {
                let _ = clean(&file[..cut], limits(), fit);
            }
            let mut garbled = file.clone();
            garbled[cut] ^= 0x55;
            let _ = whole(&garbled);
        }
        let head = whole(&file[..file.len().min(20)]);
        assert!(matches!(head, Err(Unfit::Damaged | Unfit::Unsupported)), "{head:?}");
    }
}

#[test]
fn an_avatar_is_the_square_in_the_middle_and_no_larger_than_asked() {
    let square = clean(&jpeg(1_200, 600), limits(), Fit::Square(512)).unwrap();
    assert_eq!((square.format, square.width, square.height), (ImageFormat::Jpeg, 512, 512));
    let image = image::load_from_memory(&square.bytes).unwrap().into_rgb8();
    assert!(image.get_pixel(2, 2).0[0] > 200 && image.get_pixel(509, 2).0[2] > 200);
    let small = clean(&png(40, 20), limits(), Fit::Square(512)).unwrap();
    assert_eq!((small.format, small.width, small.height), (ImageFormat::Png, 20, 20));
    let first = clean(&gif(3), limits(), Fit::Square(512)).unwrap();
    assert_eq!((first.format, first.width), (ImageFormat::Png, 4));
    let webp = clean(&webp(), limits(), Fit::Square(8)).unwrap();
    assert_eq!((webp.format, webp.width), (ImageFormat::Webp, 8));
}

#[tokio::test]
async fn the_codec_works_off_the_async_workers() {
    let codec = Codec::new();
    let cleaned = codec.clean(png(40, 20), limits(), Fit::Whole).await.unwrap().unwrap();
    assert_eq!(cleaned.width, 40);
    assert_eq!(codec.clean(Vec::new(), limits(), Fit::Whole).await.unwrap(), Err(Unfit::Unsupported));
}
