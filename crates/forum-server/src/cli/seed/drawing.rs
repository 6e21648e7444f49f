//! Pictures that nobody took: faces of squares, and hills under a sky. They are drawn with integers, as
//! everything that chance draws, so that a seed gives the same files again.

use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};

use super::dice::Dice;
use crate::cli::Failure;

/// Squares of a face, across and down.
const SQUARES: usize = 5;
/// Pixels of such a square.
const SQUARE: usize = 32;
/// Lines of hills of a landscape.
const RANGES: usize = 3;

type Colour = [u8; 3];

/// A face: squares in one colour, the left as the right. A PNG.
pub(super) fn face(dice: &mut Dice) -> Result<Vec<u8>, Failure> {
    let (ground, ink) = ([240, 240, 236], colour(dice, 40, 160));
    let mut squares = [[false; SQUARES]; SQUARES];
    for row in &mut squares {
        for place in 0..SQUARES.div_ceil(2) {
            let inked = dice.percent(55);
            row[place] = inked;
            row[SQUARES - 1 - place] = inked;
        }
    }
    let side = SQUARES * SQUARE;
    png(side, side, |x, y| if squares[y / SQUARE][x / SQUARE] { ink } else { ground })
}

/// A landscape of so many pixels. A PNG.
pub(super) fn landscape(width: usize, height: usize, dice: &mut Dice) -> Result<Vec<u8>, Failure> {
    let (above, below) = (colour(dice, 90, 200), colour(dice, 190, 250));
    let ranges: Vec<(Colour, Vec<usize>)> = (1..=RANGES)
        .map(|range| {
            let near = u8::try_from(range * 20).unwrap_or(u8::MAX);
            (colour(dice, 100 - near, 160 - near), crest(width, height * range / (RANGES + 2), dice))
        })
        .collect();
    png(width, height, |x, y| {
        let hill = ranges.iter().rev().find(|(_, crest)| y + height / 3 >= crest[x] + height / 2);
        hill.map_or_else(|| between(above, below, y, height), |(colour, _)| *colour)
    })
}

/// How far down a line of hills begins, pixel by pixel: straight from one place that is drawn to the next.
fn crest(width: usize, from: usize, dice: &mut Dice) -> Vec<usize> {
    let step = (width / 5).max(1);
    let places: Vec<usize> = (0..=width / step + 1).map(|_| from + dice.index(from / 2 + 24)).collect();
    (0..width)
        .map(|x| {
            let (left, along) = (x / step, x % step);
            (places[left] * (step - along) + places[left + 1] * along) / step
        })
        .collect()
}

/// A colour, each part of it within these bounds.
fn colour(dice: &mut Dice, from: u8, to: u8) -> Colour {
    let mut part = || from.saturating_add(u8::try_from(dice.below(u64::from(to - from))).unwrap_or(0));
    [part(), part(), part()]
}

/// The colour at `at` of `of` steps from one to another.
fn between(one: Colour, other: Colour, at: usize, of: usize) -> Colour {
    let mix = |one: u8, other: u8| {
        let mixed = (usize::from(one) * (of - at) + usize::from(other) * at) / of.max(1);
        u8::try_from(mixed).unwrap_or(u8::MAX)
    };
    [mix(one[0], other[0]), mix(one[1], other[1]), mix(one[2], other[2])]
}

fn png(width: usize, height: usize, pixel: impl Fn(usize, usize) -> Colour) -> Result<Vec<u8>, Failure> {
    let pixels: Vec<u8> =
        (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).flat_map(|(x, y)| pixel(x, y)).collect();
    let mut file = Vec::new();
    let (width, height) = (u32::try_from(width)?, u32::try_from(height)?);
    PngEncoder::new(&mut file).write_image(&pixels, width, height, ExtendedColorType::Rgb8)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_draws_the_same_pictures_again_and_they_are_small() {
        for seed in 0..20 {
            let draw = || {
                let mut dice = Dice::new(seed, 1);
                [face(&mut dice).unwrap(), landscape(480, 240, &mut dice).unwrap()]
            };
            let [face, landscape] = draw();
            assert_eq!([&face, &landscape], [&draw()[0], &draw()[1]]);
            assert_eq!(image::load_from_memory(&face).unwrap().width(), 160);
            assert_eq!(image::load_from_memory(&landscape).unwrap().height(), 240);
            assert!(face.len() < 10_000 && landscape.len() < 60_000, "{} {}", face.len(), landscape.len());
        }
    }

    #[test]
    fn a_face_is_the_same_from_both_sides() {
        let face = image::load_from_memory(&face(&mut Dice::new(1, 2)).unwrap()).unwrap().into_rgb8();
        assert!(face.enumerate_pixels().all(|(x, y, pixel)| face.get_pixel(159 - x, y) == pixel));
    }
}
