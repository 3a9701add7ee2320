//! What a picture is made of: boxes, frames, texts, lines. Pixels from the upper left corner, y downwards.

use crate::graph::Stage;

/// A picture, laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Width in pixels.
    pub width: i32,
    /// Height in pixels.
    pub height: i32,
    /// What it shows, in a few words.
    pub title: String,
    /// What it shows, for those who do not see it.
    pub description: String,
    /// From back to front.
    pub shapes: Vec<Shape>,
}

/// A place with an extent.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Rect {
    /// Left edge.
    pub x: i32,
    /// Upper edge.
    pub y: i32,
    /// Width.
    pub w: i32,
    /// Height.
    pub h: i32,
}

/// One piece of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A node, or the beginning or end of the flow.
    Box {
        /// Where.
        rect: Rect,
        /// How it looks.
        look: Look,
        /// Whether it may be left out.
        optional: bool,
        /// Whether it may happen several times: a second edge behind it.
        repeated: bool,
        /// What a pointer that rests on it is told.
        hint: String,
        /// Its texts.
        texts: Vec<Text>,
    },
    /// The edge around a block.
    Frame {
        /// Where.
        rect: Rect,
        /// Whether it may be left out.
        optional: bool,
        /// Whether there are several of it.
        repeated: bool,
    },
    /// A text by itself: the title of a frame, a limit beside a line.
    Label(Text),
    /// A line.
    Line(Line),
    /// Where a choice is made or branches part.
    Fork {
        /// Its middle.
        at: (i32, i32),
        /// A diamond for a choice, a dot otherwise.
        choice: bool,
    },
}

/// A line of horizontal and vertical pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its corners.
    pub points: Vec<(i32, i32)>,
    /// Whether it ends in an arrow.
    pub arrow: bool,
    /// Whether it leads to or from what happens outside the normal flow.
    pub negative: bool,
}

/// A text in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The place it takes at most.
    pub rect: Rect,
    /// The text.
    pub text: String,
    /// Font size in pixels.
    pub size: i32,
    /// Whether it is bold.
    pub bold: bool,
}

/// The look of a box.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Look {
    /// A node of this stage.
    Stage(Stage),
    /// A node outside the normal flow.
    Negative,
    /// The beginning or end.
    Terminal,
}

impl Rect {
    /// Whether two rectangles share a point inside both.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.x + other.w
            && other.x < self.x + self.w
            && self.y < other.y + other.h
            && other.y < self.y + self.h
    }

    /// Whether `other` lies inside, edges included.
    #[must_use]
    pub fn holds(&self, other: &Self) -> bool {
        self.x <= other.x
            && self.y <= other.y
            && self.x + self.w >= other.x + other.w
            && self.y + self.h >= other.y + other.h
    }

    fn moved(self, x: i32, y: i32) -> Self {
        Self { x: self.x + x, y: self.y + y, ..self }
    }
}

impl Shape {
    /// The same elsewhere.
    pub(super) fn moved(self, x: i32, y: i32) -> Self {
        let text = |t: Text| Text { rect: t.rect.moved(x, y), ..t };
        match self {
            Self::Box { rect, look, optional, repeated, hint, texts } => Self::Box {
                rect: rect.moved(x, y),
                look,
                optional,
                repeated,
                hint,
                texts: texts.into_iter().map(text).collect(),
            },
            Self::Frame { rect, optional, repeated } => {
                Self::Frame { rect: rect.moved(x, y), optional, repeated }
            }
            Self::Label(t) => Self::Label(text(t)),
            Self::Line(line) => {
                let points = line.points.iter().map(|(a, b)| (a + x, b + y)).collect();
                Self::Line(Line { points, ..line })
            }
            Self::Fork { at: (a, b), choice } => Self::Fork { at: (a + x, b + y), choice },
        }
    }
}
