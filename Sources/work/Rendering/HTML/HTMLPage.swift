internal import NDJSON
internal import Terminal

/// The parts of the page that are the same for all: its style and its script. No font, no picture and no script comes
/// from elsewhere, and the policy in its head lets none.
enum HTMLPage {
    static let head = """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
        script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
        <meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
        <title>Download report</title><style>
        \(style)
        </style></head><body><header><h1>Download report</h1>

        """

    static let foot = """
        <script>
        \(script)
        </script></body></html>

        """

    private static let style = """
        :root{--ground:#fff;--text:#1b1f24;--faint:#59636e;--line:#d1d9e0;--bar:#0a6ebd;--mark:#b3261e;--row:#f6f8fa}
        @media (prefers-color-scheme:dark){:root{--ground:#101418;--text:#e6e9ec;--faint:#9aa5b1;--line:#39424d;\
        --bar:#58a6ff;--mark:#ff8a80;--row:#1a2027}}
        *{box-sizing:border-box}
        body{margin:0 auto;max-width:70rem;padding:1rem;background:var(--ground);color:var(--text);\
        font:1rem/1.5 system-ui,sans-serif}
        h1{font-size:1.6rem;margin:0}h2{font-size:1.2rem;margin:2rem 0 .5rem}p{margin:.5rem 0}.large{font-size:1.3rem}
        header p,footer,figcaption,caption{color:var(--faint)}caption{text-align:left;padding:.25rem 0}
        progress{width:100%;height:1.2rem;accent-color:var(--bar)}
        table{border-collapse:collapse;width:100%}th,td{padding:.3rem .6rem;border-bottom:1px solid var(--line);\
        text-align:left;vertical-align:top;overflow-wrap:anywhere}
        th{overflow-wrap:normal}.wide td:not(.n){min-width:8rem}
        .n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap;overflow-wrap:normal}
        tbody tr:nth-child(even){background:var(--row)}.wide{overflow-x:auto}
        dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(14rem,1fr));gap:.5rem 1.5rem}
        dt{color:var(--faint)}dd{margin:0;overflow-wrap:anywhere}
        .about{display:block}.about div{display:grid;grid-template-columns:min(12rem,35%) 1fr;gap:1rem}
        figure{margin:0}svg{display:block;width:100%}.rate{height:13rem}
        .ends{display:flex;justify-content:space-between;gap:1rem;font-size:.8rem}
        .bars td:last-child{width:100%;vertical-align:middle}
        .bar{fill:var(--bar)}.mark{fill:var(--mark)}.axis{stroke:var(--faint);fill:none;vector-effect:non-scaling-stroke}
        .tools{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;margin:.5rem 0}.tools[hidden]{display:none}
        .pages{margin-left:auto}input,button{font:inherit;color:inherit;background:var(--ground);\
        border:1px solid var(--faint);border-radius:.3rem;padding:.25rem .6rem}button:disabled{opacity:.5}
        th button{border:0;padding:0;background:none;font-weight:inherit;text-align:inherit;cursor:pointer}
        th button::after{content:" \\2195";color:var(--faint)}
        th[aria-sort=ascending] button::after{content:" \\2191";color:inherit}
        th[aria-sort=descending] button::after{content:" \\2193";color:inherit}
        @media screen and (max-width:40rem){.wide td:not(.n){min-width:0}.long table,.long tbody,.long tr,.long td{display:block}\
        .long thead tr{display:flex;flex-wrap:wrap;gap:0 1rem}.long th{border:0;padding:.1rem 0}\
        .long tbody tr{padding:.4rem;border-bottom:1px solid var(--line)}\
        .long td{border:0;padding:0;text-align:left;white-space:normal}.long td:empty{display:none}\
        .long td::before{content:attr(data-name) " ";color:var(--faint)}}
        @media print{.tools{display:none!important}body{max-width:none;padding:0;font-size:.8rem}\
        th button::after{content:""}tr,figure{break-inside:avoid}thead{display:table-header-group}.wide{overflow:visible}}
        """

    /// Text goes into the page by `textContent` alone.
    private static let script = #"""
        'use strict';
        (() => {
          const data = JSON.parse(document.getElementById('data').textContent);
          const size = b => {
            if (b < 1024) return b + ' B';
            let unit = -1;
            do { b /= 1024; unit++; } while (b >= 1023.95 && unit < 5);
            return b.toFixed(1) + ' ' + ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'][unit];
          };
          const number = n => n.toLocaleString('en');
          const shown = {courses: {0: String, 2: number, 3: number, 4: number, 5: number, 6: size}, segments: {0: String, 6: number}};
          const compare = (a, b) => a === b ? 0 : a === null ? -1 : b === null ? 1 :
            typeof a === 'number' ? a - b : a < b ? -1 : 1;
          for (const id of ['courses', 'segments']) {
            const table = document.getElementById(id);
            if (!table) continue;
            const $ = name => document.getElementById(name + '-' + id);
            const all = data[id], heads = [...table.tHead.rows[0].cells], numeric = heads.map(h => h.className === 'n');
            const names = heads.map(head => head.textContent);
            let words = null, rows = all, page = 0, length = 100, column = -1, down = false;
            const draw = () => {
              const pages = Math.max(1, Math.ceil(rows.length / length));
              page = Math.min(Math.max(page, 0), pages - 1);
              const body = document.createElement('tbody');
              for (const row of rows.slice(page * length, (page + 1) * length)) {
                const tr = body.insertRow();
                row.forEach((value, i) => {
                  const cell = tr.insertCell(), as = shown[id][i];
                  cell.dataset.name = names[i];
                  if (numeric[i]) cell.className = 'n';
                  cell.textContent = value === null ? '' : as ? as(value) : value;
                });
              }
              table.tBodies[0].replaceWith(body);
              const first = rows.length ? page * length + 1 : 0;
              $('s').textContent = number(first) + ' to ' + number(Math.min(rows.length, (page + 1) * length)) +
                ' of ' + number(rows.length);
              $('p').disabled = page === 0;
              $('n').disabled = page >= pages - 1;
            };
            const find = () => {
              const wanted = $('q').value.toLowerCase().split(/\s+/).filter(w => w);
              words = words || all.map(row => row.join('\n').toLowerCase());
              rows = wanted.length ? all.filter((_, i) => wanted.every(w => words[i].includes(w))) : all.slice();
              if (column >= 0) rows.sort((a, b) => (down ? -1 : 1) * compare(a[column], b[column]));
              page = 0;
              draw();
            };
            heads.forEach((head, i) => {
              const button = document.createElement('button');
              button.type = 'button';
              button.textContent = head.textContent;
              head.replaceChildren(button);
              button.onclick = () => {
                down = column === i ? !down : numeric[i] && i > 0;
                column = i;
                heads.forEach(h => h.removeAttribute('aria-sort'));
                head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
                find();
              };
            });
            let timer;
            $('q').oninput = () => { clearTimeout(timer); timer = setTimeout(find, 120); };
            $('p').onclick = () => { page--; draw(); };
            $('n').onclick = () => { page++; draw(); };
            addEventListener('beforeprint', () => { length = 1000; page = 0; draw(); });
            addEventListener('afterprint', () => { length = 100; draw(); });
            table.closest('section').querySelector('.tools').hidden = false;
            draw();
          }
        })();
        """#
}

extension String {
    /// As text of a page: what would be markup is plain text, and what could hide or turn text is shown by its number.
    var html: String {
        var text = ""
        for character in DisplayText.visible(self).unicodeScalars {
            switch character {
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "&": text += "&amp;"
            case "\"": text += "&quot;"
            case "'": text += "&#39;"
            default: text.unicodeScalars.append(character)
            }
        }
        return text
    }
}

extension LineBuffer {
    /// As it may be in a script element: no `<` that could end it. In JSON that is in strings only, where an
    /// escape says the same.
    var scriptText: String {
        var text: [UInt8] = []
        for byte in bytes {
            if byte == UInt8(ascii: "<") { text += Array("\\u003c".utf8) } else { text.append(byte) }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
