import Journal
import NDJSON
import Rendering
import TestSupport
import Testing

/// The formats for browsers and for Prometheus.
@Suite struct ReportFormatsTests {
    private static let results = #"""
        {"course_id":1,"course_title":"</script><script>alert(1)</script>","path":"1/1.mp4","status":"success","bytes":2048,"seconds":2,"finished_at":1700000010}
        {"course_id":1,"path":"1/\"><img src=x onerror=alert(2)>","status":"failed","error":"not_found","message":"<b>gone</b> & away","http_status":404,"attempt":1,"finished_at":1700000012}
        {"course_id":2,"path":"2/1.mp4","title":"turned \u202e around","status":"failed","error":"connect","message":"first","retryable":true}
        {"course_id":2,"path":"2/1.mp4","title":"turned \u202e around","status":"failed","error":"odd\"\n","message":"last","retryable":true}
        torn
        """#

    private func page(limit: Int = 10) throws -> String {
        let lines = try Lines()
        let journal = try lines.journal(Self.results)
        var failed = FailedSegments(limit: limit)
        var file = try LineFile(lines.file(Self.results))
        try failed.read(&file, of: journal, onlyListed: false)
        var text = ""
        let summary = Summary(journal, againstCatalog: false, tries: 5, now: 1_700_000_200)
        HTMLRenderer(failed: failed).render(summary, to: &text)
        return text
    }

    @Test("html: what strangers wrote is text, in the page and in its data")
    func hostile() throws {
        let page = try page()
        #expect(page.components(of: "<script").count - 1 == 2)
        #expect(page.components(of: "</script").count - 1 == 2)
        #expect(!page.contains("<img") && !page.contains("<b>"))
        #expect(page.contains("&lt;b&gt;gone&lt;/b&gt; &amp; away"))
        #expect(page.contains(#""\u003cb>gone\u003c/b> & away""#))
        #expect(page.contains(#"turned \u{202e} around"#) && !page.contains("\u{202E}"))
    }

    @Test("html: the job's facts are in its head, as text")
    func facts() throws {
        var text = ""
        let summary = Summary(try Lines().journal(Self.results), againstCatalog: false, tries: 5, now: 1_700_000_200)
        HTMLRenderer(about: [("Source", "a<b>.csv"), ("jobs", "8")]).render(summary, to: &text)
        #expect(text.contains("<dt>Source</dt><dd>a&lt;b&gt;.csv</dd>") && text.contains("<dt>jobs</dt><dd>8</dd>"))
        #expect(!(try page()).contains("<h2 id=\"h-job\">"))
    }

    @Test("html: pictures have a sentence that says what they show, and failures their HTTP status")
    func explained() throws {
        let page = try page()
        #expect(page.contains("Each row counts the files under its size"))
        #expect(page.contains("How many bytes were downloaded when"))
        #expect(page.contains(#"<th scope="col" class="n">HTTP</th>"#))
        #expect(page.contains(#"<td class="n" data-name="HTTP">404</td>"#))
    }

    @Test("html: nothing comes from elsewhere")
    func alone() throws {
        let page = try page()
        for word in ["http:", "https:", "src=\"", "href=", "@import", "url("] {
            #expect(!page.contains(word), "\(word)")
        }
        #expect(page.contains("default-src 'none'"))
    }

    @Test("html: tables and pictures say what they are")
    func accessible() throws {
        let page = try page()
        let tables = page.components(of: "<table").dropFirst()
        #expect(tables.count == 6)
        for table in tables { #expect(table.contains("<caption>") && table.contains("scope=\"col\"")) }
        let pictures = page.components(of: "role=\"img\"").dropFirst()
        #expect(pictures.count == 1)
        for picture in pictures { #expect(picture.contains("<title") && picture.contains("<desc")) }
        // The bars of a table say no more than its numbers.
        for bar in page.components(of: "<svg height").dropFirst() { #expect(bar.hasPrefix("=\"14\" aria-hidden")) }
    }

    @Test("html: of each failed path the last failure is listed, and what is left out is counted")
    func failures() throws {
        let whole = try page()
        #expect(whole.contains(">last</td>") && !whole.contains(">first</td>"))
        let cut = try page(limit: 1)
        #expect(cut.contains("The first 1 are listed; 1 more have failed"))
    }
}

extension String {
    fileprivate func components(of mark: String) -> [Substring] {
        split(separator: mark, omittingEmptySubsequences: false)
    }
}
