//! Whether bytes that are no text in one charset surely are text in the other of the two that Chinese programs speak.
//! Never guesses from little: a wrong hint costs more than a missing one.

use super::{Charset, Decoder, Piece};

/// What bytes look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guess {
    /// Text in the charset that was asked about, or ASCII, or too little to tell.
    Plain,
    /// No text in any charset that is looked for.
    Binary,
    /// Text in this charset instead.
    Other(&'static str),
}

/// The characters of which two alone are enough to tell: `你好`.
const COMMONEST: &str = "\
你好的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面方后多定行学\
法所民得经三进着等部度家电力里如水高自理起小物现实加量都两体机当使点从业本去把性应开它因由天日月手请谢收测试连接成功";

/// More of the characters that Chinese prose, and devices that report in Chinese, use most. A text that has few of them is
/// Korean, Japanese or chance read as Chinese.
const FREQUENT: &str = "\
十之而二化制合还其些然前外政四那社事平形相全表间样与关各重新线内数正心反明看原又么利比或但质气第向道此变条只没结解问意\
建公无系很情者最立代想已通并提直题程展五果料员位入常文总次品式活设及管特件长求老头基资边流路级少图统知较将组见计别期根\
论运指几九区强放决被做必先回则任取据处给色光门即保造百规热领七口东导器压世金增思术极交受联什认六共权证改清再采转更单风\
切打白速带安场身车例真务具万每目至达走示声报完类八确才科信节话米整空元今集温传许步广记需段界且究观装算低持音书布复容须\
际商非验断深难近千周技备半办省列响约支感便往历市何除消称太准精值号率维划选标写存候快效查型按格置层片始却专状识适属包住\
调满参红细引听该价误错警湿秒客服端户网络败读输登录密码帮您吗呢吧啊喂谁怎哪早晚欢迎启停";

/// What `bytes`, which came where `charset` was expected, look like. A character cut at their end counts for nothing.
#[must_use]
pub(crate) fn guess(bytes: &[u8], charset: Charset) -> Guess {
    if bytes.is_ascii() {
        return if bytes.iter().all(|byte| is_text(*byte)) { Guess::Plain } else { Guess::Binary };
    }
    let expected = decoded(bytes, charset);
    let other = if charset.is_utf8() { "gb18030" } else { "utf-8" };
    let Ok(other) = Charset::parse(other) else { return Guess::Plain };
    let found = decoded(bytes, other);
    match (charset.is_utf8(), expected, found) {
        (true, Some(_), _) => Guess::Plain,
        (true, None, Some(text)) if is_chinese(&text) => Guess::Other("gbk"),
        // Text in GBK hardly ever is text in UTF-8 as well, and what is reads there as rarities.
        (false, _, Some(text)) if charset.name() != "utf-8" && is_chinese(&text) => Guess::Other("utf-8"),
        (false, Some(_), _) => Guess::Plain,
        _ => Guess::Binary,
    }
}

/// Whether bytes that are no UTF-8 are Chinese text in GBK beyond doubt. A character cut at their end counts for nothing.
#[must_use]
pub fn is_surely_gbk(bytes: &[u8]) -> bool {
    guess(bytes, Charset::utf8()) == Guess::Other("gbk")
}

/// Neither a control character nor anything that only binary has.
fn is_text(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\r' | 0x1b | b' '..=b'~')
}

/// The bytes as text, if that is all they are, but for a character cut at the end.
pub(crate) fn decoded(bytes: &[u8], charset: Charset) -> Option<String> {
    let mut text = String::new();
    let mut clean = true;
    Decoder::new(charset).push(bytes, &mut |piece| match piece {
        Piece::Text(more) => text.push_str(more),
        Piece::Bad(_) => clean = false,
    });
    let plain = |c: char| !c.is_ascii() || u8::try_from(c).is_ok_and(is_text);
    (clean && text.chars().all(plain)).then_some(text)
}

/// Whether it is surely Chinese: characters of GB 2312 and Chinese punctuation beside ASCII, half of them frequent.
fn is_chinese(text: &str) -> bool {
    let Ok(gbk) = Charset::parse("gbk") else { return false };
    let (mut commonest, mut frequent, mut all) = (0, 0, 0);
    for c in text.chars().filter(|c| !c.is_ascii()) {
        match c {
            '\u{4e00}'..='\u{9fff}' => {
                let bytes = gbk.encode(c.encode_utf8(&mut [0; 4])).unwrap_or_default();
                if !matches!(bytes[..], [0xb0..=0xf7, 0xa1..=0xfe]) {
                    return false;
                }
                all += 1;
                let is_commonest = COMMONEST.contains(c);
                commonest += usize::from(is_commonest);
                frequent += usize::from(is_commonest || FREQUENT.contains(c));
            }
            // CJK punctuation, full-width forms, and the general punctuation that Chinese typography uses.
            '\u{3000}'..='\u{301f}'
            | '\u{ff01}'..='\u{ff5e}'
            | '\u{2014}'
            | '\u{2018}'..='\u{201d}'
            | '\u{2026}'
            | '\u{b0}'
            | '\u{b7}'
            | '\u{2103}'
            | '\u{ffe5}' => {}
            _ => return false,
        }
    }
    let is_enough = if all < 3 { commonest == 2 } else { frequent >= 2 };
    is_enough && frequent * 2 >= all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SENTENCES: [&str; 14] = [
        "你好",
        "你好服务端，我是客户端",
        "ok, 问题正在处理中…",
        "收到 5 字节",
        "温度过高报警 T=85.2℃",
        "设备已上线，等待登录",
        "今天天气很好，我们去公园走走吧。",
        "电压 220V，电流 3.5A，运行正常",
        "用户名或密码错误，请重新输入！",
        "请求超时，连接已经断开",
        "欢迎使用本系统",
        "数据发送成功",
        "{\"状态\":\"正常\",\"编号\":17}",
        "这是一条测试消息\r\n",
    ];

    fn gbk() -> Charset {
        Charset::parse("gbk").unwrap()
    }

    #[test]
    fn real_sentences_are_known_in_the_other_charset_and_fine_in_their_own() {
        for sentence in SENTENCES {
            let in_gbk = gbk().encode(sentence).unwrap();
            assert_eq!(guess(&in_gbk, Charset::utf8()), Guess::Other("gbk"), "{sentence}");
            assert_eq!(guess(&in_gbk, gbk()), Guess::Plain, "{sentence}");
            assert_eq!(guess(sentence.as_bytes(), gbk()), Guess::Other("utf-8"), "{sentence}");
            assert_eq!(guess(sentence.as_bytes(), Charset::utf8()), Guess::Plain, "{sentence}");
        }
    }

    #[test]
    fn a_character_cut_at_the_end_is_no_objection() {
        let whole = gbk().encode("你好服务端").unwrap();
        assert_eq!(guess(&whole[..9], Charset::utf8()), Guess::Other("gbk"));
        assert_eq!(guess(&"你好服务端".as_bytes()[..14], gbk()), Guess::Other("utf-8"));
    }

    #[test]
    fn other_languages_are_not_chinese() {
        for (charset, text) in [
            ("euc-kr", "안녕하세요 서버에 연결되었습니다"),
            ("shift_jis", "こんにちは、サーバーに接続しました"),
            ("euc-jp", "温度が高すぎます。確認してください"),
            ("windows-1252", "Übergröße, façade, naïve: 20°C"),
            ("koi8-r", "Привет, соединение установлено"),
            ("windows-1251", "Привет, соединение установлено"),
            ("big5", "你好，這是伺服器的回應訊息"),
        ] {
            let bytes = Charset::parse(charset).unwrap().encode(text).unwrap();
            assert_ne!(guess(&bytes, Charset::utf8()), Guess::Other("gbk"), "{charset}: {text}");
            assert_ne!(guess(text.as_bytes(), Charset::utf8()), Guess::Other("gbk"), "{text}");
        }
    }

    #[test]
    fn chance_is_no_text_but_once_in_ten_thousand() {
        // Of messages of 1 to 64 random bytes.
        let mut dice = crate::rule::Dice::new(20, 26);
        for charset in [Charset::utf8(), gbk()] {
            let mut alarms = 0;
            for _ in 0..200_000 {
                let mut bytes = vec![0; usize::try_from(dice.between(1..=64)).unwrap()];
                dice.bytes(&mut bytes);
                alarms += u32::from(matches!(guess(&bytes, charset), Guess::Other(_)));
            }
            assert!(alarms < 20, "{alarms} in 200,000 against {}", charset.name());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// A text of the charset that was asked for is never told to be another's, whatever sentences it is made of.
        #[test]
        fn no_alarm_over_real_text(picks in prop::collection::vec(0..SENTENCES.len(), 1..6)) {
            let text: String = picks.iter().map(|pick| SENTENCES[*pick]).collect();
            prop_assert_eq!(guess(text.as_bytes(), Charset::utf8()), Guess::Plain);
            prop_assert_eq!(guess(&gbk().encode(&text).unwrap(), gbk()), Guess::Plain);
        }
    }
}
