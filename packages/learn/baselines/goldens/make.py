"""Writes bag.golden.json: what scikit-learn's TfidfVectorizer makes of a few texts.

One vectorizer reads words and pairs of them, the other 2 to 5 characters within a word. The words have
no combining marks and no Chinese or Japanese, which `\\w+` does not divide as Espalier does.

    pip install scikit-learn==1.9.1
    python packages/learn/baselines/goldens/make.py
"""

import json
import pathlib

from sklearn.feature_extraction.text import TfidfVectorizer

FITTED = [
    "Where is my parcel?",
    "My parcel is lost, my money is lost, lost, LOST!",
    "I forgot my password again and again",
    "Was mußte ich für das Paket zahlen? Ärger!",
    "Потерян пароль, потерян парсель",
    "snake_case and 3.50 is a price",
    "🎉🎉 it came 🎉",
    "a b c a b c",
    "Don't don't DON'T",
    "...",
]
OTHERS = [
    "parcel, parcel and another parcel that nobody has seen",
    "Ärger mit dem Paket 🎉",
    "entirely unknown: ξένος",
    "¿?",
]


def vectorizers() -> dict[str, TfidfVectorizer]:
    words = TfidfVectorizer(token_pattern=r"\w+", ngram_range=(1, 2), sublinear_tf=True)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    return {"words": words, "characters": characters}


def rows_of(vectorizer: TfidfVectorizer, texts: list[str]) -> list[dict[str, float]]:
    matrix = vectorizer.transform(texts).tocoo()
    names = vectorizer.get_feature_names_out()
    rows: list[dict[str, float]] = [{} for _ in texts]
    for row, column, value in zip(matrix.row, matrix.col, matrix.data):
        rows[row][names[column]] = round(float(value), 7)
    return [dict(sorted(row.items())) for row in rows]


def main() -> None:
    golden = {"fitted": FITTED, "others": OTHERS}
    for name, vectorizer in vectorizers().items():
        vectorizer.fit(FITTED)
        rows = rows_of(vectorizer, FITTED + OTHERS)
        golden[name] = {"width": len(vectorizer.vocabulary_), "rows": rows}
    path = pathlib.Path(__file__).parent / "bag.golden.json"
    path.write_text(json.dumps(golden, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


main()
