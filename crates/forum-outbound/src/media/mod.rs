//! Where the files of media are kept: in a directory, or in a bucket that speaks S3.

mod directory;
mod s3;

pub use directory::Directory;
pub use s3::{S3, S3Error, S3Settings};

use forum_domain::media::MediaKey;

/// Where a file stands below the root: spread over directories by the random digits of its name.
fn place(key: &MediaKey) -> String {
    let digits = key.digits();
    let (first, second) = (digits.get(..2).unwrap_or_default(), digits.get(2..4).unwrap_or_default());
    format!("{first}/{second}/{key}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_spread_by_what_is_random_in_their_names() {
        let key = |text| MediaKey::parse(text).unwrap();
        let of_all = key("0af7651916cd43dd8448eb211c80319c.png");
        assert_eq!(place(&of_all), "0a/f7/0af7651916cd43dd8448eb211c80319c.png");
        let of_members = key("g7-0af7651916cd43dd8448eb211c80319c.jpg");
        assert_eq!(place(&of_members), "0a/f7/g7-0af7651916cd43dd8448eb211c80319c.jpg");
    }
}
