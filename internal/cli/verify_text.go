package cli

import (
	"bytes"
	"fmt"
	"io"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/verify"
)

func (r *verifyRun) write(report *verify.Report) error {
	switch r.format {
	case "json":
		return r.writeVerifyJSON(report)
	case "junit":
		return r.writeVerifyJUnit(report)
	}
	var b bytes.Buffer
	for i := range report.Results {
		r.writeResult(&b, &report.Results[i])
	}
	r.writeCoverage(&b, &report.Coverage)
	b.WriteString(r.paint("\x1b[1m") + summaryOf(report) + r.paint(normal) + "\n")
	_, err := io.Copy(r.Stdout, &b)
	return err
}

// statusColors are those of a test's status.
var statusColors = map[verify.Status]string{verify.Holds: green, verify.Fails: red, verify.Unknown: yellow}

// writeResult tells one test: a line if it holds, else also where it stands, why
// it does not, and the packet that shows it.
func (r *verifyRun) writeResult(b *bytes.Buffer, res *verify.Result) {
	fmt.Fprintf(b, "%s%-7s%s  %s\n", r.paint(statusColors[res.Status]), res.Status, r.paint(normal), diag.Visible(res.Test.Name.Text))
	for _, n := range res.Notes {
		fmt.Fprintf(b, "         note: %s\n", diag.Visible(n))
	}
	if res.Status == verify.Holds {
		return
	}
	fmt.Fprintf(b, "         %s\n", diag.Visible(lineOf(res.Test.Name.Span)))
	fmt.Fprintf(b, "         %s%s\n", diag.Visible(res.Reason), moreOf(res))
	if e := res.Example; e != nil {
		fmt.Fprintf(b, "\n         %s\n", describeQuery(e.Query))
		r.writePath(b, e.Path, "           ")
	}
	b.WriteByte('\n')
}

// moreOf says how many of several cases are wrong.
func moreOf(res *verify.Result) string {
	if res.Wrong < 2 {
		return ""
	}
	return fmt.Sprintf(" (the first of %d; %d were looked at)", res.Wrong, res.Cases)
}

func (r *verifyRun) writeCoverage(b *bytes.Buffer, c *verify.Coverage) {
	if !bytes.HasSuffix(b.Bytes(), []byte("\n\n")) {
		b.WriteByte('\n')
	}
	if !r.list || len(c.Undecided) == 0 {
		return
	}
	b.WriteString("no test has a packet that these rules decide:\n")
	for _, s := range c.Undecided {
		fmt.Fprintf(b, "  %s%s%s  %s\n", r.paint(faint), diag.Visible(lineOf(s)), r.paint(normal), diag.Visible(textOf(s)))
	}
	b.WriteByte('\n')
}

func summaryOf(report *verify.Report) string {
	text := fmt.Sprintf("%s: %d hold", count(len(report.Results), "test"), report.Count(verify.Holds))
	if n := report.Count(verify.Fails); n > 0 {
		text += fmt.Sprintf(", %d fail", n)
	}
	if n := report.Count(verify.Unknown); n > 0 {
		text += fmt.Sprintf(", %d unknown", n)
	}
	c := &report.Coverage
	return text + fmt.Sprintf("; they decide by %d of %s", c.Rules-len(c.Undecided), count(c.Rules, "rule"))
}
