//! The api of medloop.
