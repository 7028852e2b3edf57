# shellcheck shell=sh
# What may be meant by a word that is not known.

# did_you_mean WORD CANDIDATES PREFIX: `; did you mean 'status'?` for the nearest of the candidates, one on a line;
# nothing where none is near. Two letters swapped, one too many, one missing or one wrong are a step.
did_you_mean() {
	printf '%s\n' "$2" | LC_ALL=C awk -v prefix="$3" -v quote="'" '
		function least(a, b) { return a < b ? a : b }
		function steps(a, b,    i, j, d, cost) {
			for (i = 0; i <= length(a); i++) d[i, 0] = i
			for (j = 0; j <= length(b); j++) d[0, j] = j
			for (i = 1; i <= length(a); i++)
				for (j = 1; j <= length(b); j++) {
					cost = substr(a, i, 1) != substr(b, j, 1)
					d[i, j] = least(least(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + cost)
					if (i > 1 && j > 1 && substr(a, i, 1) == substr(b, j - 1, 1) && substr(a, i - 1, 1) == substr(b, j, 1))
						d[i, j] = least(d[i, j], d[i - 2, j - 2] + 1)
				}
			return d[length(a), length(b)]
		}
		BEGIN { word = substr(ARGV[1], 1, 40); ARGV[1] = ""; best = 0.5 + length(word) / 4 }
		{ if ((n = steps(word, $1)) <= best && n < length($1)) { if (n < best || found == "") { best = n; found = $1 } } }
		END { if (found != "") printf("; did you mean %s%s%s%s?", quote, prefix, found, quote) }
	' "$1"
}
