# shellcheck shell=sh
# What the help of single subcommands has in common. The text of each is in its own file, as usage_NAME.

# help_show: of the subcommand that is running.
help_show() {
	"usage_$COMMAND"
	exit 0
}

# usage_folder: the options of each subcommand that works on a job which is there.
usage_folder() {
	cat <<-'EOF'
		  -o, --output DIR   the folder of the job (.)
		      --config FILE  read the settings there
		      --tries N      tries after which a segment has failed for good (5)
		      --no-color     no colours, as with NO_COLOR
		  -h, --help         this text
	EOF
}

# usage_job: those of each subcommand that takes the command line of a run.
usage_job() {
	cat <<-'EOF'
		  -o, --output DIR   where the videos go, and the job's state (.)
		      --config FILE  read the settings there
		      --no-color     no colours, as with NO_COLOR
		  -h, --help         this text

		Options for the tools, explained in their manuals:
	EOF
	for tool in tf-catalog tf-sign tf-fetch; do
		printf '  %-10s ' "$tool"
		settings_each usage_option | sed 's/^/--/' | paste -s -d ' ' - | fold -s -w 66 |
			sed -e '2,$s/^/             /' -e 's/ *$//'
	done
}

# usage_option NAME: prints it if it is of this tool.
usage_option() {
	! setting_is_of "$tool" || printf '%s\n' "$1"
}
