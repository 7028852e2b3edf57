# Reads what strace -f -y saw of tf-fetch, and holds it to the order: write, sync, rename, sync, line. Prints each breach,
# and how many files were told as a success.

# A call may be seen in two halves, with those of other threads between. What counts is when it began, and when it ended.
{
	thread = $1
	# Short numbers of threads are padded.
	text = $0
	sub(/^[0-9]+ +/, "", text)
	clock++
}

text ~ /<unfinished \.\.\.>$/ {
	begun[thread] = clock
	half[thread] = text
	begin(text)
	next
}

text ~ /^<\.\.\. / {
	end(half[thread], begun[thread])
	next
}

{
	begin(text)
	end(text, clock)
}

function begin(text) {
	if (text ~ /^rename/) {
		part = path_of(text)
		if (!(part in data_synced)) breach(part " gets its name before its bytes are on the disk")
	}
	if (text ~ /^write\(1</) told(text)
}

function end(text, since) {
	if (text ~ /^pwrite64\(/) {
		part = file_of(text)
		written[part] = clock
		delete data_synced[part]
	}
	if (text ~ /^rename/) {
		sub(/.*, "/, "", text)
		named[substr(text, 1, index(text, "\"") - 1)] = clock
	}
	if (text ~ /^syncfs\(/) {
		for (part in written) if (written[part] < since) data_synced[part]
		for (name in named) if (named[name] < since) name_synced[name]
	}
}

# Each success in what goes to standard output.
function told(text, name) {
	while (match(text, /\\"path\\":\\"[^"\\]*\\"/)) {
		name = substr(text, RSTART + 12, RLENGTH - 14)
		sub(/.*\//, "", name)
		text = substr(text, RSTART + RLENGTH)
		if (substr(text, 1, index(text "\\n", "\\n")) !~ /\\"status\\":\\"success\\"/) continue
		successes++
		if (!(name in name_synced)) breach(name " is told before its name is on the disk")
	}
}

# The last component of the file that a descriptor stands for, or of the first name in quotes.
function file_of(text) {
	sub(/>.*/, "", text)
	sub(/.*\//, "", text)
	return text
}

function path_of(text) {
	sub(/^[^"]*"/, "", text)
	return substr(text, 1, index(text, "\"") - 1)
}

function breach(words) {
	print words
	broken = 1
}

END {
	print successes + 0 " successes"
	exit broken
}
