import Glibc
import NDJSON
import POSIX
import ToolSupport
import Web

/// Answers one request, as a CGI program (RFC 3875). It is started by the web server of `tf-bulk serve`.
@main
enum TFWeb {
    private static let name = "tf-web"

    static func main() {
        StandardDescriptors.fill()
        Signals.endOnBrokenPipe()
        let diagnostics = Diagnostics(tool: name)
        guard let folder = Environment["TF_SERVE"], Environment["GATEWAY_INTERFACE"] != nil else {
            diagnostics.say("this is a CGI program: 'tf-bulk serve' starts a web server that runs it")
            ToolStatus.usage.exit()
        }
        do throws(SystemError) {
            var output = LineOutput()
            try answer(in: folder).write(to: &output, withoutBody: Environment["REQUEST_METHOD"] == "HEAD")
        } catch {
            diagnostics.say(error.description)
            ToolStatus.refused.exit()
        }
    }

    private static func answer(in path: String) throws(SystemError) -> WebAnswer {
        let service = WebService(try ServiceFolder(path), now: SystemClock().now)
        do throws(WebError) {
            return service.answer(try WebRequest { Environment[$0] })
        } catch { return WebAnswer(error) }
    }
}
