import Glibc
import Journal
import POSIX
import Rendering
import ToolSupport

extension TallyOptions {
    /// The summary in the format that was asked for.
    func text(of summary: Summary, failed: FailedSegments? = nil) -> String {
        var text = ""
        switch format {
        case .table: tableRenderer.render(summary, to: &text)
        case .json: JSONRenderer().render(summary, to: &text)
        case .html: HTMLRenderer(failed: failed).render(summary, to: &text)
        case .prometheus: PrometheusRenderer().render(summary, to: &text)
        case .bulkStatus: BulkStatusRenderer().render(summary, to: &text)
        case .bulkStats: BulkStatsRenderer().render(summary, to: &text)
        case .queueStatus: QueueStatusRenderer().render(summary, to: &text)
        }
        return text
    }

    /// As wide as the terminal; 80 columns elsewhere.
    private var tableRenderer: TableRenderer {
        let width = max(60, Descriptor.windowSize(STDOUT_FILENO)?.columns ?? 80)
        return TableRenderer(width: width, mostCourses: allCourses ? .max : 20, showsTries: attempts)
    }
}

extension TallyOptions {
    /// Puts the summary in the place of the file's text, whole or not at all.
    func replace(_ file: ReplacedFile, _ path: String, with text: String) throws(ToolFailure) {
        do throws(SystemError) { try file.replace(Array(text.utf8)) } catch {
            throw .refused("cannot write '\(path)': \(error)")
        }
    }
}
