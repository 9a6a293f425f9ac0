//! What the address asks of labels, over what this browser printed last.

use app::Refusal;
use app::assets::Which;
use app::handover::{self, Paper};
use app::labels::{self, Design, Of, Own, SHEETS, Sheet, Words};
use axum_extra::extract::CookieJar;
use domain::company::Company;
use maud::Markup;
use url::form_urlencoded;

use super::super::answers::Answers;
use super::super::assets;
use super::super::visitor::Visitor;
use crate::components::{Field, Pick};

/// The cookie that remembers the sheet printed last.
pub const REMEMBERED: &str = "labels";
pub const OWN: &str = "own";
/// Says that the list's filters are meant, even where there are none.
const LIST: &str = "list";

/// Name, label, and what it is at first.
pub const MEASURES: [(&str, &str, &str); 8] = [
    ("page_width", "Page width", "210"),
    ("page_height", "Page height", "297"),
    ("margin_x", "Margin left and right", "8"),
    ("margin_y", "Margin above and below", "13"),
    ("columns", "Columns", "3"),
    ("rows", "Rows", "8"),
    ("gap_x", "Gap between columns", "2.5"),
    ("gap_y", "Gap between rows", "0"),
];

/// Remembered besides the measures.
const DESIGN: [&str; 3] = ["sheet", "code", "line"];

pub struct Asked(Answers);

impl Asked {
    /// What is not asked for is as this browser had it last, or as most have it.
    pub fn read(asked: Answers, jar: &CookieJar, company: &Company) -> Self {
        let remembered = jar.get(REMEMBERED).map(|cookie| cookie.value());
        let usual = match handover::paper(company) {
            Paper::Letter => "avery-5160",
            Paper::A4 => "avery-l7160",
        };
        let mut asked = asked;
        if asked.some("sheet").is_none() {
            let last = form_urlencoded::parse(remembered.unwrap_or_default().as_bytes());
            for (name, value) in last {
                let ours =
                    DESIGN.contains(&&*name) || MEASURES.iter().any(|(own, ..)| *own == name);
                if ours {
                    asked = asked.and(&name, &value);
                }
            }
        }
        for (name, first) in [("sheet", usual), ("code", "qr"), ("start", "1")] {
            if asked.some(name).is_none() {
                asked = asked.with(name, first);
            }
        }
        for (name, _, first) in MEASURES {
            if asked.some(name).is_none() {
                asked = asked.with(name, first);
            }
        }
        Asked(asked)
    }

    pub fn get(&self, name: &str) -> &str {
        self.0.get(name)
    }

    pub fn words(&self) -> Vec<Words> {
        let ticked: Vec<_> = self.0.all("line").filter_map(Words::parse).collect();
        let ordered = Words::ALL.into_iter().filter(|words| ticked.contains(words));
        let ordered: Vec<_> = ordered.collect();
        if ordered.is_empty() { vec![Words::Tag, Words::Name, Words::Serial] } else { ordered }
    }

    pub fn is_of_list(&self) -> bool {
        self.get(LIST) == "on"
    }

    /// The list's own answers.
    pub fn list(&self) -> impl Iterator<Item = (&str, &str)> {
        let ours = |name: &str| {
            DESIGN.contains(&name)
                || ["assets", "start", "cursor"].contains(&name)
                || MEASURES.iter().any(|(own, ..)| *own == name)
        };
        self.0.pairs().filter(move |(name, value)| !ours(name) && !value.is_empty())
    }

    /// Which assets; `None` where nothing was chosen.
    pub async fn of(&self, visitor: &Visitor) -> Result<Option<Of>, Refusal> {
        let tags = self.get("assets").split(['\n', ',', ';']).map(str::trim);
        let which: Vec<_> = tags.filter(|tag| !tag.is_empty()).map(Which::read).collect();
        if !which.is_empty() {
            return Ok(Some(Of::These(which)));
        }
        if !self.is_of_list() {
            return Ok(None);
        }
        let query = assets::wanted(visitor, &self.0).await.map_err(|refused| refused.0)?;
        Ok(Some(Of::Found(Box::new(query))))
    }

    pub fn design(&self) -> Result<Design, Refusal> {
        let code = labels::parse_code(self.get("code"))
            .ok_or_else(|| Refusal::invalid("code", "no such code; hint: qr or code128"))?;
        let start = self.get("start").parse().map_err(|_| {
            Refusal::invalid("start", "this is no number; hint: the first free label, such as 1")
        })?;
        let design = Design { sheet: self.sheet()?, code, words: self.words(), start };
        design.check()?;
        Ok(design)
    }

    fn sheet(&self) -> Result<Sheet, Refusal> {
        let key = self.get("sheet");
        if key != OWN {
            let unknown =
                || Refusal::invalid("sheet", "no such sheet; hint: choose one of the list");
            return labels::sheet(key).cloned().ok_or_else(unknown);
        }
        let own = Own {
            page_width: self.length("page_width")?,
            page_height: self.length("page_height")?,
            margin_x: self.length("margin_x")?,
            margin_y: self.length("margin_y")?,
            columns: self.count("columns")?,
            rows: self.count("rows")?,
            gap_x: self.length("gap_x")?,
            gap_y: self.length("gap_y")?,
        };
        own.sheet().map_err(|bad| Refusal::invalid(bad.field, bad.why))
    }

    fn length(&self, name: &str) -> Result<f32, Refusal> {
        let text = self.get(name).replace(',', ".");
        let wrong = || Refusal::invalid(name, "this is no length; hint: millimeters, such as 63.5");
        text.parse().map_err(|_| wrong())
    }

    fn count(&self, name: &str) -> Result<usize, Refusal> {
        let wrong = |_| Refusal::invalid(name, "this is no number; hint: write digits");
        self.get(name).parse().map_err(wrong)
    }

    /// The design alone, for the next time.
    pub fn remembered(&self) -> String {
        let kept = self.0.pairs().filter(|(name, _)| {
            DESIGN.contains(name) || MEASURES.iter().any(|(own, ..)| own == name)
        });
        form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish()
    }
}

/// The sheets, by who makes them.
pub fn sheets(field: Field<'_>, chosen: &str) -> Markup {
    let maker = |sheet: &Sheet| sheet.brand.split(',').next().unwrap_or_default().to_owned();
    let labels = SHEETS.each_ref().map(|sheet| format!("{} {}", maker(sheet), sheet.name));
    let mut groups: Vec<(String, Vec<Pick<'_>>)> = Vec::new();
    for (sheet, label) in SHEETS.iter().zip(&labels) {
        let pick = Pick::new(&sheet.key, label);
        match groups.last_mut() {
            Some((brand, picks)) if *brand == sheet.brand => picks.push(pick),
            _ => groups.push((sheet.brand.to_string(), vec![pick])),
        }
    }
    field.select_grouped(&[Pick::new(OWN, "A size of your own, below")], &groups, chosen)
}

pub const fn label(words: Words) -> &'static str {
    match words {
        Words::Tag => "Asset tag",
        Words::Name => "Name",
        Words::Serial => "Serial",
        Words::Product => "Product",
        Words::Company => "Company name",
    }
}
