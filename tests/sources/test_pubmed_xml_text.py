import pytest
from lxml import etree

from sources.pubmed_xml.text import plain_and_html

RUNNING_TEXT = {
    "1.73 m<sup>2</sup>": "1.73 m²",
    "10<sup>-9</sup> and 10<sup>\u22129</sup>": "10⁻⁹ and 10⁻⁹",
    "Ca<sup>2+</sup>, CD4<sup>+</sup>": "Ca²⁺, CD4⁺",
    "<sup>99m</sup>Tc and <sup>13</sup>C": "⁹⁹ᵐTc and ¹³C",
    "the 5<sup>th</sup> and 2<sup>nd</sup>": "the 5th and 2nd",
    "10<sup>n</sup>": "10ⁿ",
    "Nrf2<sup>-/-</sup> mice": "Nrf2-/- mice",
    "MYD88<sup>L265P</sup>": "MYD88^(L265P)",
    "in gulls <sup>1,2</sup>": "in gulls 1,2",
    "gulls<sup>1,2</sup>": "gulls^(1,2)",
    "Acme<sup>TM</sup>": "AcmeTM",
    "CO<sub>2</sub>, HbA<sub>1c</sub>, H<sub>2</sub>O": "CO2, HbA1c, H2O",
    "log<sub>10</sub>2": "log₁₀2",
    "10<sub>2</sub>": "10₂",
    "2<sub>1a</sub>": "2_1a",
    "2<sub>1,5</sub>": "2_(1,5)",
    "<i>r</i><sup>2</sup>": "r²",
    "x<sup><i>2</i></sup>": "x²",
    "a<sup/>b<sub/>c": "abc",
}


@pytest.mark.parametrize("source", RUNNING_TEXT)
def test_plain_text_keeps_what_raised_and_lowered_letters_mean(source):
    element = etree.fromstring(f"<t>{source}</t>")

    marked = source.replace("<sup/>", "<sup></sup>").replace("<sub/>", "<sub></sub>")
    assert plain_and_html(element, {}) == (RUNNING_TEXT[source], marked)


FORMULAS = {
    "<msup><mi>x</mi><mn>2</mn></msup>": ("x²", "x<sup>2</sup>"),
    "<msub><mi>V</mi><mi>max</mi></msub>": ("V_max", "V<sub>max</sub>"),
    "<msub><mi>T</mi><mn>1</mn></msub>": ("T₁", "T<sub>1</sub>"),
    "<msup><mi>e</mi><mrow><mi>K</mi><mi>t</mi></mrow></msup>": ("e^Kt", "e<sup>Kt</sup>"),
    "<msup><mi>e</mi><mrow><mi>K</mi><mo>/</mo><mi>t</mi></mrow></msup>": (
        "e^(K/t)",
        "e<sup>K/t</sup>",
    ),
    "<msup><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></msup>": (
        "(a+b)²",
        "(a+b)<sup>2</sup>",
    ),
    "<msup><mrow><mo>(</mo><mi>a</mi><mo>)</mo></mrow><mn>2</mn></msup>": (
        "(a)²",
        "(a)<sup>2</sup>",
    ),
    "<msubsup><mi>T</mi><mn>2</mn><mo>*</mo></msubsup>": ("T₂^*", "T<sub>2</sub><sup>*</sup>"),
    "<mfrac><mn>1</mn><mrow><mi>n</mi><mo>-</mo><mn>1</mn></mrow></mfrac>": ("1/(n-1)",) * 2,
    "<mfrac><mfrac><mi>a</mi><mi>b</mi></mfrac><mi>c</mi></mfrac>": ("(a/b)/c",) * 2,
    "<msqrt><mi>n</mi><mo>+</mo><mn>1</mn></msqrt>": ("√(n+1)",) * 2,
    "<mroot><mi>n</mi><mn>3</mn></mroot>": ("³√n", "<sup>3</sup>√n"),
    "<mover><mi>x</mi><mo>\u00af</mo></mover>": ("x\u0304",) * 2,
    "<mover><mi>V</mi><mo>.</mo></mover>": ("V\u0307",) * 2,
    "<mover><mi>V</mi><mi>k</mi></mover>": ("Vᵏ", "V<sup>k</sup>"),
    "<munder><mi>lim</mi><mi>n</mi></munder>": ("lim_n", "lim<sub>n</sub>"),
    "<mfenced><mi>a</mi><mi>b</mi></mfenced>": ("(a, b)",) * 2,
    '<mfenced open="[" close=")" separators=";"><mi>a</mi><mi>b</mi></mfenced>': ("[a; b)",) * 2,
    "<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr><mtr><mtd><mn>3</mn></mtd></mtr>"
    "</mtable>": ("[1, 2; 3]",) * 2,
    "<semantics><mi>x</mi><annotation>x_1</annotation></semantics>": ("x",) * 2,
    "<mmultiscripts><mi>C</mi><none/><mo>+</mo><mprescripts/><mn>6</mn><mn>14</mn></mmultiscripts>": (
        "₆¹⁴C⁺",
        "<sub>6</sub><sup>14</sup>C<sup>+</sup>",
    ),
    "<mn>5</mn><mspace/><mi>mg</mi><mphantom><mi>x</mi></mphantom>": ("5 mg",) * 2,
    "<mi>a</mi><mo>&lt;</mo><mi>b</mi>": ("a<b", "a&lt;b"),
    "<mfrac><mn>1</mn></mfrac>": ("1",) * 2,
}


@pytest.mark.parametrize("prefix", ["", "mml:"])
@pytest.mark.parametrize("source", FORMULAS)
def test_formula_is_written_on_one_line(source, prefix):
    math = f"<math>{source}</math>".replace("<", f"<{prefix}").replace(f"<{prefix}/", f"</{prefix}")
    element = etree.fromstring(f'<t xmlns:mml="http://www.w3.org/1998/Math/MathML">{math}</t>')

    assert plain_and_html(element, {}) == FORMULAS[source]


def test_unknown_tags_are_read_through_and_counted():
    unknown = {}
    element = etree.fromstring("<t>a <s>b</s> <s>c</s><e><i>d</i></e></t>")

    assert plain_and_html(element, unknown) == ("a b cd", "a b c<i>d</i>")
    assert unknown == {"s": 2, "e": 1}
