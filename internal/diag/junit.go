package diag

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// The elements of JUnit's reports, in the form that CI systems agree on.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		File    string        `xml:"file,attr,omitempty"`
		Line    int           `xml:"line,attr,omitempty"`
		Failure *junitFailure `xml:"failure"`
		Out     string        `xml:"system-out,omitempty"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// WriteJUnit writes r as a JUnit report: a suite per file, a case per finding. One
// that does not fail the run is a case that passes and says what was found. A
// report without findings has one case that passes.
func WriteJUnit(w io.Writer, r Report) error {
	all := junitSuites{Name: "pvefw lint"}
	for _, f := range r.byFile() {
		suite := junitSuite{Name: orCONFIG(f.path)}
		for _, i := range f.findings {
			suite.Cases = append(suite.Cases, r.junitCase(i))
		}
		all.Suites = append(all.Suites, suite)
	}
	if len(all.Suites) == 0 {
		all.Suites = []junitSuite{{Name: "CONFIG", Cases: []junitCase{{Name: "no findings", Class: "pvefw"}}}}
	}
	for i := range all.Suites {
		all.Suites[i].count()
		all.Tests += all.Suites[i].Tests
		all.Failures += all.Suites[i].Failures
	}
	return writeXML(w, all)
}

func (s *junitSuite) count() {
	s.Tests = len(s.Cases)
	for _, c := range s.Cases {
		if c.Failure != nil {
			s.Failures++
		}
	}
}

func (r *Report) junitCase(i int) junitCase {
	d := &r.Findings[i]
	c := junitCase{Name: d.Rule.Code, Class: "pvefw." + d.Rule.Category, File: r.pathOf(d.Span)}
	if !d.Span.IsZero() && !d.Span.WholeFile() {
		c.Line, _ = linesOf(d.Span)
		c.Name = fmt.Sprintf("%s (line %d)", d.Rule.Code, c.Line)
	}
	text := asText(d)
	if r.fails(i) {
		c.Failure = &junitFailure{shown(bound(d.Message)), d.Severity.String(), text}
	} else {
		c.Out = text
	}
	return c
}

// orCONFIG names findings that are about no file.
func orCONFIG(file string) string {
	if file == "" {
		return "CONFIG"
	}
	return file
}

// asText is one finding as people are shown it, without colour.
func asText(d *Diagnostic) string {
	var b bytes.Buffer
	p := newPrinter(&b, TextOptions{})
	p.finding(d)
	_ = p.out.Flush() // a bytes.Buffer takes everything
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// writeXML writes a document. Characters that XML cannot hold become U+FFFD.
func writeXML(w io.Writer, root any) error {
	text, err := xml.MarshalIndent(root, "", "  ")
	if err != nil {
		return fmt.Errorf("encode findings: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, text)
	return err
}
