import AWS
import Testing

@Suite struct XMLTests {
    @Test("texts are found by their element and the one around it, with entities, CDATA, attributes and comments")
    func texts() {
        let document = """
            \u{FEFF}<?xml version="1.0"?><!-- > --><a x="1">
            <b><c>1 &lt;&amp;&gt;&quot;&apos;&#65;&#x42;</c><d/><e y='2'><![CDATA[<c>&]]></e ></b><b><c>2</c></b></a>
            """
        let texts = XMLTexts(Array(document.utf8))
        #expect(texts["b", "c"] == "1 <&>\"'AB" && texts["b", "e"] == "<c>&" && texts["b", "d"] == "")
        #expect(texts["a", "c"] == nil)
    }

    @Test(
        "what is not whole, or could grow, says nothing",
        arguments: [
            "<a><b>1</b>", "<a><b>1</a></b>", "<a><b>&x;</b></a>", "<a><b>&#xD800;</b></a>", "<a><b>1</b></a",
            "<!DOCTYPE a [<!ENTITY x \"1\">]><a><b>1</b></a>", "<a><b>&#1", "<a><b><![CDATA[1</b></a>",
            String(repeating: "<a>", count: 100_000), "</a>", "",
        ])
    func broken(document: String) { #expect(XMLTexts(Array(document.utf8))["a", "b"] == nil) }

    @Test("no beginning of a document says anything")
    func cut() {
        let document = Array("<?xml version=\"1.0\"?><a x='1'><b>1&amp;</b><!-- c --><c/><d><![CDATA[<]]></d></a>".utf8)
        #expect(XMLTexts(document)["a", "b"] == "1&")
        for length in document.indices { #expect(XMLTexts(Array(document[..<length]))["a", "b"] == nil) }
    }
}
