//! Images, read and written anew.
//!
//! PNG and JPEG are decoded and encoded by the `image` crate. The frames of a GIF are decoded and encoded with
//! the colours that they have (`gif`). No well-kept library writes lossy WebP without C code, so the frames of
//! a WebP are decoded to see that they are frames, and then stand in a container written anew (`webp`).
//! Whatever else was in a file is gone from the new one; a file that is something else besides is not taken
//! (`foreign`).

mod foreign;
mod frames;
#[cfg(test)]
mod tests;
mod webp;

use std::{io::Cursor, sync::Arc};

use async_trait::async_trait;
use forum_domain::{
    error::PortError,
    media::{Cleaned, Fit, ImageCodec, ImageFormat, ImageLimits, Unfit},
};
use image::{
    DynamicImage, ImageDecoder, ImageEncoder, Limits,
    codecs::{
        jpeg::{JpegDecoder, JpegEncoder},
        png::{PngDecoder, PngEncoder},
        webp::{WebPDecoder, WebPEncoder},
    },
    imageops::FilterType,
    metadata::Orientation,
};
use tokio::sync::Semaphore;

use crate::password::default_permits;

/// Of what quality JPEGs are written: that of most cameras, at which no eye sees the difference.
const JPEG_QUALITY: u8 = 85;

/// The most images at work at a time: each may take some hundred megabytes.
const MOST_PERMITS: usize = 4;

/// Bytes of a decoded pixel, at most: images of finer colours may have fewer pixels.
const PIXEL: u64 = 4;

/// Reads and writes images, off the async workers.
pub struct Codec {
    /// Taken by who decodes.
    permits: Arc<Semaphore>,
}

impl Codec {
    /// A codec for this machine: it leaves a core for everything else.
    #[must_use]
    pub fn new() -> Self {
        Self { permits: Arc::new(Semaphore::new(default_permits().min(MOST_PERMITS))) }
    }
}

impl Default for Codec {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl ImageCodec for Codec {
    async fn clean(
        &self,
        bytes: Vec<u8>,
        limits: ImageLimits,
        fit: Fit,
    ) -> Result<Result<Cleaned, Unfit>, PortError> {
        let permit = self.permits.clone().acquire_owned().await.map_err(PortError::broken)?;
        let cleaned = tokio::task::spawn_blocking(move || {
            // Held until the work is done, also if the one who asked for it is gone.
            let _held = permit;
            clean(&bytes, limits, fit)
        });
        cleaned.await.map_err(PortError::broken)
    }
}

fn clean(bytes: &[u8], limits: ImageLimits, fit: Fit) -> Result<Cleaned, Unfit> {
    let format = format(bytes).filter(|_| !foreign::hides_in(bytes)).ok_or(Unfit::Unsupported)?;
    match fit {
        Fit::Whole => match format {
            ImageFormat::Gif => frames::rewrite(bytes, limits),
            ImageFormat::Webp => webp::rewrite(bytes, limits),
            ImageFormat::Png | ImageFormat::Jpeg => encode(decode(bytes, format, limits)?, format),
        },
        Fit::Square(side) => {
            let image = match format {
                ImageFormat::Gif => frames::first(bytes, limits)?,
                _ => decode(bytes, format, limits)?,
            };
            // One picture of an animation needs no palette.
            let format = if format == ImageFormat::Gif { ImageFormat::Png } else { format };
            encode(square(&image, side), format)
        }
    }
}

/// What a file is, by how it begins.
fn format(bytes: &[u8]) -> Option<ImageFormat> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some(ImageFormat::Png),
        [0xFF, 0xD8, 0xFF, ..] => Some(ImageFormat::Jpeg),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(ImageFormat::Gif),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(ImageFormat::Webp),
        _ => None,
    }
}

/// A picture as it is seen: turned as its metadata say.
fn decode(bytes: &[u8], format: ImageFormat, limits: ImageLimits) -> Result<DynamicImage, Unfit> {
    let file = Cursor::new(bytes);
    match format {
        ImageFormat::Png => {
            // What is not asked for is not unpacked either.
            let mut allowed = Limits::no_limits();
            allowed.max_alloc = Some(limits.pixels * PIXEL);
            turned(PngDecoder::with_limits(file, allowed).map_err(unfit)?, limits)
        }
        ImageFormat::Jpeg => turned(JpegDecoder::new(file).map_err(unfit)?, limits),
        ImageFormat::Webp => turned(WebPDecoder::new(file).map_err(unfit)?, limits),
        ImageFormat::Gif => frames::first(bytes, limits),
    }
}

fn turned(mut decoder: impl ImageDecoder, limits: ImageLimits) -> Result<DynamicImage, Unfit> {
    let (width, height) = decoder.dimensions();
    measure(width, height, limits)?;
    if decoder.total_bytes() > limits.pixels * PIXEL {
        return Err(Unfit::TooManyPixels);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(unfit)?;
    image.apply_orientation(orientation);
    Ok(image)
}

/// That an image of these dimensions may be.
fn measure(width: u32, height: u32, limits: ImageLimits) -> Result<(), Unfit> {
    match u64::from(width) * u64::from(height) {
        0 => Err(Unfit::Damaged),
        pixels if pixels > limits.pixels => Err(Unfit::TooManyPixels),
        _ => Ok(()),
    }
}

fn unfit(error: image::ImageError) -> Unfit {
    match error {
        image::ImageError::Limits(_) => Unfit::TooManyPixels,
        _ => Unfit::Damaged,
    }
}

/// The square in the middle of an image, no larger than this.
fn square(image: &DynamicImage, most: u32) -> DynamicImage {
    let (width, height) = (image.width(), image.height());
    let side = width.min(height);
    let middle = image.crop_imm((width - side) / 2, (height - side) / 2, side, side);
    if side > most { middle.resize_exact(most, most, FilterType::CatmullRom) } else { middle }
}

fn encode(image: DynamicImage, format: ImageFormat) -> Result<Cleaned, Unfit> {
    let mut bytes = Vec::new();
    let written = match format {
        ImageFormat::Jpeg => {
            let grey = !image.color().has_color();
            let image = if grey { image.into_luma8().into() } else { DynamicImage::from(image.into_rgb8()) };
            write(&image, JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY))
        }
        ImageFormat::Webp => {
            let opaque = !image.color().has_alpha();
            let image =
                if opaque { image.into_rgb8().into() } else { DynamicImage::from(image.into_rgba8()) };
            write(&image, WebPEncoder::new_lossless(&mut bytes))
        }
        ImageFormat::Png | ImageFormat::Gif => write(&image, PngEncoder::new(&mut bytes)),
    };
    let (width, height) = written?;
    Ok(Cleaned { bytes, format, width, height })
}

fn write(image: &DynamicImage, encoder: impl ImageEncoder) -> Result<(u32, u32), Unfit> {
    image.write_with_encoder(encoder).map_err(unfit)?;
    Ok((image.width(), image.height()))
}
