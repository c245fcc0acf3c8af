"""The lessons of docs/en and docs/zh are twins, and everything happens as they say."""

import tempfile

from harness import ROOT, Case
from lessons import Reader, file_name, texts

LANGUAGES = ("en", "zh")
LESSONS = sorted(path.stem for path in (ROOT / "docs" / "en").glob("[0-9]*.md"))


def page(language, lesson):
    return ROOT / "docs" / language / f"{lesson}.md"


class Twins(Case):
    def test_every_page_is_there_in_both_languages(self):
        english, chinese = ({path.name for path in (ROOT / "docs" / language).iterdir()} for language in LANGUAGES)
        self.assertEqual(english, chinese)
        self.assertEqual(len(LESSONS), 11)

    def test_the_indexes_lead_to_every_page(self):
        for language in LANGUAGES:
            index = page(language, "README").read_text(encoding="utf-8")
            for lesson in LESSONS:
                self.assertIn(f"({lesson}.md)", index, language)

    def test_programs_commands_and_what_is_typed_are_the_same(self):
        for lesson in LESSONS:
            for kind in ("python", "toml", "sh", "input"):
                with self.subTest(lesson=lesson, kind=kind):
                    english, chinese = (texts(page(language, lesson), kind) for language in LANGUAGES)
                    self.assertEqual(english, chinese)

    def test_every_page_has_a_program_with_a_name_and_a_command(self):
        for lesson in LESSONS:
            with self.subTest(lesson=lesson):
                self.assertTrue([file_name(program) for program in texts(page("en", lesson), "python")])
                self.assertIn("sockeye ", "".join(texts(page("en", lesson), "sh")))

    def test_the_readmes_have_the_same_commands(self):
        english, chinese = (texts(ROOT / name, "sh") for name in ("README.md", "README.zh-CN.md"))
        self.assertEqual(english, chinese)


class Followed(Case):
    """Each page in each language, from an empty folder."""


def _follow(language, lesson):
    def test(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        Reader(self, folder.name, language).follow(page(language, lesson))

    return test


for language in LANGUAGES:
    for lesson in LESSONS:
        setattr(Followed, f"test_{lesson.replace('-', '_')}_in_{language}", _follow(language, lesson))
