//! WebP: every frame decoded, and then put as it is into a container written anew.

use std::io::Cursor;

use forum_domain::media::{Cleaned, ImageFormat, ImageLimits, Unfit};
use image::{AnimationDecoder, ImageDecoder, codecs::webp::WebPDecoder, metadata::Orientation};

use super::{decode, encode, measure, unfit};

/// What of a container stays: the image itself.
const KEPT: [&[u8; 4]; 6] = [b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"];
/// What of a frame stays.
const KEPT_IN_FRAME: [&[u8; 4]; 3] = [b"VP8 ", b"VP8L", b"ALPH"];
/// Where and how long a frame is shown stands before its image.
const FRAME_HEAD: usize = 16;
/// The flags that stay: an alpha channel, an animation.
const FLAGS: u8 = 0x10 | 0x02;

/// A part of a container: its name, and what it says.
type Chunk<'a> = (&'a [u8], &'a [u8]);

/// The same pictures and nothing else. One that its metadata turn is turned, and written without loss.
pub(super) fn rewrite(bytes: &[u8], limits: ImageLimits) -> Result<Cleaned, Unfit> {
    let body = body(bytes)?;
    let frames = chunks(body).filter(|chunk| matches!(chunk, Ok((name, _)) if *name == b"ANMF")).count();
    if frames as u64 > u64::from(limits.frames) {
        return Err(Unfit::TooManyFrames);
    }
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(unfit)?;
    let (width, height) = decoder.dimensions();
    measure(width, height, limits)?;
    if decoder.has_animation() {
        if u64::from(width) * u64::from(height) * frames as u64 > limits.animated_pixels {
            return Err(Unfit::TooManyPixels);
        }
        // One at a time: nothing is kept of them.
        decoder.into_frames().try_for_each(|frame| frame.map(drop)).map_err(unfit)?;
    } else {
        let turned = decoder.orientation().is_ok_and(|turned| turned != Orientation::NoTransforms);
        let image = decode(bytes, ImageFormat::Webp, limits)?;
        if turned {
            return encode(image, ImageFormat::Webp);
        }
    }
    let bytes = container(body)?;
    Ok(Cleaned { bytes, format: ImageFormat::Webp, width, height })
}

/// What stands in the container.
fn body(bytes: &[u8]) -> Result<&[u8], Unfit> {
    let size = bytes.get(4..8).and_then(|size| size.try_into().ok()).map(u32::from_le_bytes);
    let end = size.and_then(|size| usize::try_from(size).ok()?.checked_add(8)).ok_or(Unfit::Damaged)?;
    bytes.get(12..end.min(bytes.len())).ok_or(Unfit::Damaged)
}

/// The parts of a container or of a frame.
fn chunks(mut rest: &[u8]) -> impl Iterator<Item = Result<Chunk<'_>, Unfit>> {
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let chunk = chunk(rest);
        rest = match chunk {
            // A part of odd length is padded.
            Ok((_, data)) => rest.get(8 + data.len() + data.len() % 2..).unwrap_or_default(),
            Err(_) => &[],
        };
        Some(chunk)
    })
}

fn chunk(bytes: &[u8]) -> Result<Chunk<'_>, Unfit> {
    let (name, rest) = bytes.split_at_checked(4).ok_or(Unfit::Damaged)?;
    let (size, rest) = rest.split_first_chunk::<4>().ok_or(Unfit::Damaged)?;
    let size = usize::try_from(u32::from_le_bytes(*size)).map_err(|_| Unfit::Damaged)?;
    Ok((name, rest.get(..size).ok_or(Unfit::Damaged)?))
}

fn container(body: &[u8]) -> Result<Vec<u8>, Unfit> {
    let mut new = Vec::with_capacity(body.len() + 12);
    new.extend_from_slice(b"RIFF\0\0\0\0WEBP");
    for one in chunks(body) {
        let (name, data) = one?;
        if !KEPT.iter().any(|kept| *kept == name) {
            continue;
        }
        match name {
            b"VP8X" => {
                let mut head = data.get(..10).ok_or(Unfit::Damaged)?.to_vec();
                if let Some(flags) = head.first_mut() {
                    *flags &= FLAGS;
                }
                push(&mut new, name, &head)?;
            }
            b"ANMF" => push(&mut new, name, &frame(data)?)?,
            _ => push(&mut new, name, data)?,
        }
    }
    let size = u32::try_from(new.len() - 8).map_err(|_| Unfit::Damaged)?;
    if let Some(place) = new.get_mut(4..8) {
        place.copy_from_slice(&size.to_le_bytes());
    }
    Ok(new)
}

fn frame(data: &[u8]) -> Result<Vec<u8>, Unfit> {
    let (head, image) = data.split_at_checked(FRAME_HEAD).ok_or(Unfit::Damaged)?;
    let mut new = head.to_vec();
    for one in chunks(image) {
        let (name, data) = one?;
        if KEPT_IN_FRAME.iter().any(|kept| *kept == name) {
            push(&mut new, name, data)?;
        }
    }
    Ok(new)
}

fn push(to: &mut Vec<u8>, name: &[u8], data: &[u8]) -> Result<(), Unfit> {
    to.extend_from_slice(name);
    to.extend_from_slice(&u32::try_from(data.len()).map_err(|_| Unfit::Damaged)?.to_le_bytes());
    to.extend_from_slice(data);
    if data.len() % 2 == 1 {
        to.push(0);
    }
    Ok(())
}
