#!/bin/sh
# Settings: options, the environment, a file; and what is meant by a word that is none.
. "$DRIVER_TESTS/lib.sh"

# told: what tf-fetch, tf-sign and tf-catalog are called with, in files of their names.
told() {
	for tool in tf-fetch tf-sign; do
		fake $tool <<-EOF
			[ "\$*" = "\${*#*--active}" ] && [ $tool = tf-fetch ] || echo "\$*" >>$PWD/$tool
			exec sed 's/}\$/,"status":"success"}/'
		EOF
	done
	records 3 >source.ndjson
}

order() {
	told
	cat >tf-bulk.conf <<-'EOF'
		# what the night may use
		jobs = 2
		  rate-limit=1M

		retries =	7
		source = source.ndjson
		output = out
	EOF
	ends 0 env TF_RATE_LIMIT=2M TF_RETRIES=8 "$BULK" run -y --retries 9
	has tf-fetch "--jobs 2 --retries 9"
	has tf-fetch "--rate-limit 2M"
	lines out/.tf-bulk/results.ndjson 3
}
claim "options come before the environment, and that before the file" order

shown() {
	printf 'jobs = 2\ncourse = 1\ncourse = 2\nbase-url = https://user:word@host/x?Signature=abc\n' >tf-bulk.conf
	ends 0 env TF_RATE_LIMIT=2M "$BULK" config -o out --test >shown
	grep -qE "^settings file +./tf-bulk.conf$" shown
	grep -qE "^jobs +2 +'./tf-bulk.conf', line 1$" shown
	same "$(grep -c '^course ' shown)" 2
	# shellcheck disable=SC2016 # the variable's name
	grep -qE '^rate-limit +2M +\$TF_RATE_LIMIT$' shown
	grep -qE '^output +out +-o$' shown
	grep -qE '^test +yes +--test$' shown
	grep -qE '^base-url +https://…@host/x\?… ' shown
	lacks shown word
	lacks shown abc
}
claim "config shows what is in force, where from, and no secret" shown

places() {
	records 1 >source.ndjson
	mkdir -p out/.tf-bulk home/tf-bulk
	echo 'jobs = 1' >home/tf-bulk/tf-bulk.conf
	XDG_CONFIG_HOME=$PWD/home
	export XDG_CONFIG_HOME
	"$BULK" config -o out | grep -qE '^jobs +1 '
	echo 'jobs = 2' >tf-bulk.conf
	"$BULK" config -o out | grep -qE '^jobs +2 '
	echo 'jobs = 3' >out/.tf-bulk/tf-bulk.conf
	"$BULK" config -o out | grep -qE '^jobs +3 '
	echo 'jobs = 4' >other
	"$BULK" config -o out --config other | grep -qE '^jobs +4 '
	TF_CONFIG=other "$BULK" config -o out | grep -qE '^jobs +4 '
	ends 2 "$BULK" config --config missing
}
claim "the file is the named one, the job's, the folder's or the user's" places

# refused LINE MESSAGE
refused() {
	printf '\n%s\n' "$1" >tf-bulk.conf
	ends 2 "$BULK" config >output 2>errors
	has errors "tf-bulk: './tf-bulk.conf', line 2: $2"
}
wrong_lines() {
	refused 'jbos = 2' "'jbos' is not a setting; did you mean 'jobs'?"
	refused 'jobs' "this is not 'name = value'"
	refused 'passphrase = sesame' "'passphrase' is not a setting: a secret is in a file of its own"
	lacks errors sesame
	refused 's3 = maybe' "'s3' is yes or no, not 'maybe'"
	refused 'private-key = "key.pem"' "the quotes would be part of the value"
	refused 'private-key = -----BEGIN RSA PRIVATE KEY----- abc' "this is a private key"
	lacks errors abc
	printf 'jobs = 1\njobs = 2\n' >tf-bulk.conf
	ends 2 "$BULK" config 2>errors
	has errors "line 2: 'jobs' is set twice"
}
claim "a wrong line is an error with its number" wrong_lines

never_executed() {
	told
	cat >tf-bulk.conf <<-'EOF'
		user-agent = $(touch bad) `touch bad`; touch bad; 'x' $HOME ~ *
		output = out
		source = source.ndjson
	EOF
	ends 0 "$BULK" run -y
	[ ! -e bad ]
	# shellcheck disable=SC2016 # as it stands
	has tf-fetch '--user-agent $(touch bad) `touch bad`; touch bad; '"'x'"' $HOME ~ *'
	# shellcheck disable=SC2016 # as it stands
	ends 0 env TF_USER_AGENT='$(touch bad)' "$BULK" config
	[ ! -e bad ]
}
claim "nothing in the file or the environment is executed or expanded" never_executed

others_file() {
	echo 'jobs = 2' >tf-bulk.conf
	chmod o+w tf-bulk.conf
	ends 2 "$BULK" config 2>errors
	has errors "others can write it"
	ends 0 "$BULK" config --config tf-bulk.conf
}
claim "a file that others can write is not taken unasked" others_file

signing() {
	told
	fake tf-sign <<-'EOF'
		echo "$TF_KEY_PAIR_ID $TF_PRIVATE_KEY: $*" >>signed
		exec cat
	EOF
	printf 'key-pair-id = KFILE\nprivate-key = key.pem\noutput = out\nsource = source.ndjson\n' >tf-bulk.conf
	ends 0 "$BULK" run -y --s3
	has signed "KFILE key.pem: --quiet --go-on --s3"
	ends 0 env TF_KEY_PAIR_ID=KENV "$BULK" run -y -o other
	has signed "KENV key.pem: --quiet"
}
claim "a key in the file gives way to the environment's, and to --s3" signing

near_words() {
	ends 2 "$BULK" stauts 2>errors
	has errors "'stauts' is not a subcommand, see 'tf-bulk help'; did you mean 'status'?"
	ends 2 "$BULK" run -y --rate-limti 1M x 2>errors
	has errors "'--rate-limti' is not an option, see 'tf-bulk help run'; did you mean '--rate-limit'?"
	ends 2 "$BULK" run -y --xyzzy 2>errors
	lacks errors "did you mean"
	ends 2 "$TF_TOOLS/tf-catalog" --limti 3 2>errors
	has errors "'--limit'"
}
claim "a mistyped word is reported with what may be meant" near_words

quotas() {
	records 2500 >source.ndjson
	fake tf-fetch <<-'EOF'
		[ "$*" != "${*#*--active}" ] || exit 0
		echo "$*" >>fetched
		most=$(echo "$*" | sed 's/.*--max-files \([0-9]*\).*/\1/')
		sed -e 's/}$/,"status":"success","bytes":1048576}/' -e "${most}q"
	EOF
	ends 1 "$BULK" run -y -o out --max-files 1200 source.ndjson 2>errors
	has fetched "--max-files 1200"
	has fetched "--max-files 200"
	lines fetched 2
	lines out/.tf-bulk/results.ndjson 1200
	has errors "as much as was asked for is fetched"
	rm fetched
	ends 1 "$BULK" run -y -o out --max-bytes 1.5k --max-files 5 source.ndjson 2>errors
	has fetched "--max-files 5 --max-bytes 1536"
	lines fetched 1
}
claim "--max-files and --max-bytes hold for the run, not for a round" quotas

buckets() {
	told
	fake tf-catalog <<-EOF
		echo "\$*" >>$PWD/tf-catalog
		[ "\$1" != --plan ] || exec "$REAL_TOOLS/tf-catalog" "\$@"
		exec cat $PWD/source.ndjson
	EOF
	store='--s3 --bucket b --region r --endpoint http://127.0.0.1:9 --path-style'
	# shellcheck disable=SC2086 # words
	ends 0 "$BULK" run -y -o out $store s3://b/x
	has tf-catalog "--region r --endpoint http://127.0.0.1:9 --path-style -- s3://b/x"
	same "$(grep -c 's3://' tf-catalog)" 1
	rm tf-catalog
	# shellcheck disable=SC2086 # words
	ends 0 "$BULK" run -y -o out $store source.ndjson
	lacks tf-catalog --region
	has tf-sign "--region r"
}
claim "where a bucket is, tf-catalog hears if it lists one, once, and not otherwise" buckets
