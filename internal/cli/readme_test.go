package cli

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestReadmeShowsRealOutput runs every "$ pvefw" line in the console blocks of
// the README and compares what it prints; "| head -n N" is understood.
// PVEFW_UPDATE=1 writes the output into the README.
func TestReadmeShowsRealOutput(t *testing.T) {
	t.Chdir("../..")
	old, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	replayed, commands := replay(string(old))
	if commands < 4 {
		t.Errorf("the README shows %d commands, want at least 4", commands)
	}
	if replayed == string(old) {
		return
	}
	if os.Getenv("PVEFW_UPDATE") == "" {
		t.Fatal("the README shows other output than the commands print: run PVEFW_UPDATE=1 go test ./internal/cli and read the difference")
	}
	if err := os.WriteFile("README.md", []byte(replayed), 0o644); err != nil {
		t.Fatal(err)
	}
}

// replay copies a document and puts real output into its console blocks.
func replay(doc string) (string, int) {
	var out strings.Builder
	inside, shown, commands := false, false, 0
	for line := range strings.Lines(doc) {
		command, isCommand := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "$ pvefw ")
		switch {
		case strings.HasPrefix(line, "```"):
			inside, shown = line == "```console\n", false
			out.WriteString(line)
		case inside && isCommand:
			if shown {
				out.WriteString("\n")
			}
			out.WriteString(line + show(command))
			shown = true
			commands++
		case !inside || !shown:
			out.WriteString(line)
		}
	}
	return out.String(), commands
}

// show runs one command and returns what a person sees of it.
func show(command string) string {
	command, lines, limited := strings.Cut(command, " | head -n ")
	var seen bytes.Buffer
	Main(strings.Fields(command), Streams{Stdin: strings.NewReader(""), Stdout: &seen, Stderr: &seen})
	text := seen.String()
	if n, err := strconv.Atoi(lines); limited && err == nil {
		kept := strings.SplitAfter(text, "\n")
		text = strings.TrimSuffix(strings.Join(kept[:min(n, len(kept))], ""), "\n") + "\n"
	}
	return text
}
