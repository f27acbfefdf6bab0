"""Made-up PubMed files in the shape and size of real ones, for benchmarks that run anywhere.

A record has about what the median record of a year's update file has: seven authors with addresses,
a structured abstract with markup, ten references, nine headings, five dates.
"""

import random
from collections.abc import Iterator

PROLOG = (
    '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE PubmedArticleSet PUBLIC'
    ' "-//NLM//DTD PubMedArticle, 1st January 2025//EN"'
    ' "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
)
SYLLABLES = ("ba", "cor", "den", "fi", "gul", "her", "lam", "mos", "nor", "pel", "quil", "tea")
FIRST_PMID = 990_000_001

RECORD = """  <PubmedArticle>
    <MedlineCitation Status="MEDLINE" Owner="NLM">
      <PMID Version="1">{pmid}</PMID>
      <DateCompleted>
        <Year>2024</Year>
        <Month>03</Month>
        <Day>{day:02}</Day>
      </DateCompleted>
      <DateRevised>
        <Year>2024</Year>
        <Month>05</Month>
        <Day>{day:02}</Day>
      </DateRevised>
      <Article PubModel="Print-Electronic">
        <Journal>
          <ISSN IssnType="Electronic">9999-0001</ISSN>
          <JournalIssue CitedMedium="Internet">
            <Volume>{day}</Volume>
            <Issue>2</Issue>
            <PubDate>
              <Year>2024</Year>
              <Month>Mar</Month>
              <Day>{day:02}</Day>
            </PubDate>
          </JournalIssue>
          <Title>Annals of Imaginary Medicine</Title>
          <ISOAbbreviation>Ann Imag Med</ISOAbbreviation>
        </Journal>
        <ArticleTitle>{title}.</ArticleTitle>
        <Pagination>
          <MedlinePgn>{day}-9</MedlinePgn>
        </Pagination>
        <ELocationID EIdType="doi" ValidYN="Y">10.9999/aim.{pmid}</ELocationID>
        <Abstract>
{abstract}        </Abstract>
        <AuthorList CompleteYN="Y">
{authors}        </AuthorList>
        <Language>eng</Language>
        <PublicationTypeList>
          <PublicationType UI="D016428">Journal Article</PublicationType>
          <PublicationType UI="D016449">Randomized Controlled Trial</PublicationType>
        </PublicationTypeList>
        <ArticleDate DateType="Electronic">
          <Year>2024</Year>
          <Month>02</Month>
          <Day>{day:02}</Day>
        </ArticleDate>
      </Article>
      <MedlineJournalInfo>
        <Country>Atlantis</Country>
        <MedlineTA>Ann Imag Med</MedlineTA>
        <NlmUniqueID>9900001</NlmUniqueID>
        <ISSNLinking>9999-0001</ISSNLinking>
      </MedlineJournalInfo>
      <CitationSubset>IM</CitationSubset>
      <MeshHeadingList>
{headings}      </MeshHeadingList>
      <KeywordList Owner="NOTNLM">
        <Keyword MajorTopicYN="N">{word}</Keyword>
        <Keyword MajorTopicYN="N">{title}</Keyword>
      </KeywordList>
    </MedlineCitation>
    <PubmedData>
      <History>
{history}      </History>
      <PublicationStatus>ppublish</PublicationStatus>
      <ArticleIdList>
        <ArticleId IdType="pubmed">{pmid}</ArticleId>
        <ArticleId IdType="doi">10.9999/aim.{pmid}</ArticleId>
        <ArticleId IdType="pii">AIM{pmid}</ArticleId>
      </ArticleIdList>
      <ReferenceList>
{references}      </ReferenceList>
    </PubmedData>
  </PubmedArticle>
"""
SECTION = """          <AbstractText Label="{label}" NlmCategory="{label}">{text}</AbstractText>
"""
AUTHOR = """          <Author ValidYN="Y">
            <LastName>{family}</LastName>
            <ForeName>{given}</ForeName>
            <Initials>{initial}</Initials>
            <AffiliationInfo>
              <Affiliation>{address}.</Affiliation>
            </AffiliationInfo>
          </Author>
"""
HEADING = """        <MeshHeading>
          <DescriptorName UI="D{number:06}" MajorTopicYN="N">{name}</DescriptorName>
          <QualifierName UI="Q{number:06}" MajorTopicYN="Y">{aspect}</QualifierName>
        </MeshHeading>
"""
DATE = """        <PubMedPubDate PubStatus="{status}">
          <Year>2024</Year>
          <Month>{month}</Month>
          <Day>{day}</Day>
          <Hour>6</Hour>
          <Minute>0</Minute>
        </PubMedPubDate>
"""
REFERENCE = """        <Reference>
          <Citation>{citation}. 2001;{number}:1-9.</Citation>
          <ArticleIdList>
            <ArticleId IdType="pubmed">{number}</ArticleId>
          </ArticleIdList>
        </Reference>
"""


def pubmed_file(records: int, *, seed: int = 1) -> bytes:
    """Return a set of so many records; the same number and seed give the same bytes."""
    chance = random.Random(seed)  # noqa: S311
    made = "".join(_record(FIRST_PMID + number, chance) for number in range(records))
    return f"{PROLOG}<PubmedArticleSet>\n{made}</PubmedArticleSet>\n".encode()


def long_pubmed_file(times: int) -> Iterator[bytes]:
    """Yield the parts of a set of so many times 900 records, each time with other PMIDs."""
    start, made = pubmed_file(900).split(b"<PubmedArticleSet>\n")
    yield start + b"<PubmedArticleSet>\n"
    records = made.removesuffix(b"</PubmedArticleSet>\n")
    for number in range(times):
        yield records.replace(b">990000", b">99%04d" % (number + 1))
    yield b"</PubmedArticleSet>\n"


def _record(pmid: int, chance: random.Random) -> str:
    day = chance.randint(1, 28)
    labels = ("BACKGROUND", "METHODS", "RESULTS", "CONCLUSIONS")
    marked = " <i>{}</i> at 10<sup>-9</sup> mol/L (<i>p</i> &lt; 0.05)."
    return RECORD.format(
        pmid=pmid,
        day=day,
        title=_words(9, chance),
        word=_words(1, chance),
        abstract="".join(
            SECTION.format(label=label, text=_words(45, chance) + marked.format(label.lower()))
            for label in labels
        ),
        authors="".join(_author(chance) for _ in range(7)),
        headings="".join(
            HEADING.format(number=number, name=_words(2, chance), aspect=_words(1, chance))
            for number in range(day, day + 9)
        ),
        history="".join(_dates(day)),
        references="".join(
            REFERENCE.format(citation=_words(12, chance), number=pmid - number)
            for number in range(1, 11)
        ),
    )


def _author(chance: random.Random) -> str:
    return AUTHOR.format(
        family=_words(1, chance).title(),
        given=_words(1, chance).title(),
        initial="A",
        address=_words(14, chance).title(),
    )


def _dates(day: int) -> Iterator[str]:
    for month, status in enumerate(("received", "accepted", "entrez", "pubmed", "medline"), 1):
        yield DATE.format(status=status, month=month, day=day)


def _words(count: int, chance: random.Random) -> str:
    return " ".join("".join(chance.choices(SYLLABLES, k=3)) for _ in range(count))
