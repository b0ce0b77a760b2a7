package diag

import (
	"bufio"
	"fmt"
	"io"
)

// The shape of GitLab's code quality reports.
type (
	gitlabIssue struct {
		Description string         `json:"description"`
		Check       string         `json:"check_name"`
		Fingerprint string         `json:"fingerprint"`
		Severity    string         `json:"severity"`
		Location    gitlabLocation `json:"location"`
	}
	gitlabLocation struct {
		Path  string      `json:"path"`
		Lines gitlabLines `json:"lines"`
	}
	gitlabLines struct {
		Begin int `json:"begin"`
		End   int `json:"end"`
	}
)

// WriteGitLab writes r as a code quality report, one finding per line. GitLab
// compares reports by their fingerprints, so each is there once only.
func WriteGitLab(w io.Writer, r Report) error {
	out := bufio.NewWriter(w)
	out.WriteByte('[')
	seen := map[string]int{}
	for i := range r.Findings {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString("\n ")
		if err := encode(out, r.gitlabIssue(i, seen)); err != nil {
			return err
		}
	}
	out.WriteString("\n]\n")
	return out.Flush()
}

func (r *Report) gitlabIssue(i int, seen map[string]int) gitlabIssue {
	d := &r.Findings[i]
	print, nth := r.fingerprint(i, seen)
	if nth > 0 {
		print = fmt.Sprintf("%s-%d", print, nth+1)
	}
	g := gitlabIssue{Description: sentence(d), Check: d.Rule.Code, Fingerprint: print, Severity: gitlabSeverity(d.Severity)}
	g.Location.Path = orCONFIG(r.pathOf(d.Span))
	g.Location.Lines.Begin, g.Location.Lines.End = linesOf(d.Span)
	return g
}

func gitlabSeverity(s Severity) string { return [...]string{"info", "major", "critical"}[s] }
