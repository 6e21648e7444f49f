//! GIF: every frame decoded and encoded, with the colours that it has.

use std::num::NonZeroU64;

use forum_domain::media::{Cleaned, ImageFormat, ImageLimits, Unfit};
use gif::{ColorOutput, DecodeOptions, Decoder, DecodingError, Encoder, MemoryLimit};
use image::{DynamicImage, RgbaImage, imageops};

use super::measure;

/// How a GIF is opened: no frame may have more pixels than an image.
fn open(bytes: &[u8], limits: ImageLimits, output: Option<ColorOutput>) -> Result<Decoder<&[u8]>, Unfit> {
    let mut options = DecodeOptions::new();
    options.skip_frame_decoding(output.is_none());
    options.set_color_output(output.unwrap_or(ColorOutput::Indexed));
    let most = NonZeroU64::new(limits.pixels * super::PIXEL).ok_or(Unfit::TooManyPixels)?;
    options.set_memory_limit(MemoryLimit::Bytes(most));
    let decoder = options.read_info(bytes).map_err(damaged)?;
    measure(decoder.width().into(), decoder.height().into(), limits)?;
    Ok(decoder)
}

fn damaged(_: DecodingError) -> Unfit {
    Unfit::Damaged
}

/// Counts the frames and their pixels without unpacking any.
fn count(bytes: &[u8], limits: ImageLimits) -> Result<(), Unfit> {
    let mut decoder = open(bytes, limits, None)?;
    let (mut frames, mut pixels) = (0, 0);
    while let Some(frame) = decoder.next_frame_info().map_err(damaged)? {
        let size = u64::from(frame.width) * u64::from(frame.height);
        frames += 1;
        pixels += size;
        if frames > limits.frames {
            return Err(Unfit::TooManyFrames);
        }
        if size > limits.pixels || pixels > limits.animated_pixels {
            return Err(Unfit::TooManyPixels);
        }
    }
    if frames == 0 { Err(Unfit::Damaged) } else { Ok(()) }
}

/// The same pictures, for the same times, and nothing else.
pub(super) fn rewrite(bytes: &[u8], limits: ImageLimits) -> Result<Cleaned, Unfit> {
    count(bytes, limits)?;
    let mut decoder = open(bytes, limits, Some(ColorOutput::Indexed))?;
    let (width, height) = (decoder.width(), decoder.height());
    let palette = decoder.global_palette().unwrap_or_default().to_vec();
    let mut written = Vec::with_capacity(bytes.len());
    let mut encoder = Encoder::new(&mut written, width, height, &palette).map_err(|_| Unfit::Damaged)?;
    let mut begun = false;
    while let Some(frame) = decoder.read_next_frame().map_err(damaged)? {
        let mut frame = frame.clone();
        // Its lines are in their order by now.
        frame.interlaced = false;
        frame.needs_user_input = false;
        if !begun {
            // How often an animation repeats is known once its first frame is.
            begun = true;
            encoder.set_repeat(decoder.repeat()).map_err(|_| Unfit::Damaged)?;
        }
        encoder.write_frame(&frame).map_err(|_| Unfit::Damaged)?;
    }
    drop(encoder);
    Ok(Cleaned { bytes: written, format: ImageFormat::Gif, width: width.into(), height: height.into() })
}

/// The first picture.
pub(super) fn first(bytes: &[u8], limits: ImageLimits) -> Result<DynamicImage, Unfit> {
    count(bytes, limits)?;
    let mut decoder = open(bytes, limits, Some(ColorOutput::RGBA))?;
    let mut canvas = RgbaImage::new(decoder.width().into(), decoder.height().into());
    let frame = decoder.read_next_frame().map_err(damaged)?.ok_or(Unfit::Damaged)?;
    let picture = RgbaImage::from_raw(frame.width.into(), frame.height.into(), frame.buffer.to_vec());
    imageops::overlay(&mut canvas, &picture.ok_or(Unfit::Damaged)?, frame.left.into(), frame.top.into());
    Ok(canvas.into())
}
