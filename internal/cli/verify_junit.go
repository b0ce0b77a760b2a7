package cli

import (
	"bytes"
	"encoding/xml"
	"fmt"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/verify"
)

// The elements of a JUnit report of tests: a suite per file. A test that is unknown
// is an error, one that fails a failure.
type (
	testSuites struct {
		XMLName  xml.Name    `xml:"testsuites"`
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Suites   []testSuite `xml:"testsuite"`
	}
	testSuite struct {
		Name     string     `xml:"name,attr"`
		Tests    int        `xml:"tests,attr"`
		Failures int        `xml:"failures,attr"`
		Errors   int        `xml:"errors,attr"`
		Cases    []testCase `xml:"testcase"`
	}
	testCase struct {
		Name    string     `xml:"name,attr"`
		Class   string     `xml:"classname,attr"`
		File    string     `xml:"file,attr"`
		Line    int        `xml:"line,attr"`
		Failure *testFault `xml:"failure"`
		Error   *testFault `xml:"error"`
	}
	testFault struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

func (r *verifyRun) writeVerifyJUnit(report *verify.Report) error {
	all := testSuites{Name: "pvefw verify", Tests: len(report.Results),
		Failures: report.Count(verify.Fails), Errors: report.Count(verify.Unknown)}
	for i := range report.Results {
		res := &report.Results[i]
		name := res.Test.Name.Span.File.Name()
		if n := len(all.Suites); n == 0 || all.Suites[n-1].Name != name {
			all.Suites = append(all.Suites, testSuite{Name: name})
		}
		all.Suites[len(all.Suites)-1].add(r, res)
	}
	text, err := xml.MarshalIndent(all, "", "  ")
	if err != nil {
		return failf("cannot write the report: %s", reason(err))
	}
	_, err = fmt.Fprintf(r.Stdout, "%s%s\n", xml.Header, text)
	return err
}

func (s *testSuite) add(r *verifyRun, res *verify.Result) {
	at := res.Test.Name.Span
	c := testCase{Name: res.Test.Name.Text, Class: "pvefw." + res.Test.Kind.String(), File: at.File.Name(), Line: at.From().Line}
	if res.Status != verify.Holds {
		var b bytes.Buffer
		plain := verifyRun{Streams: &Streams{}, format: r.format}
		plain.writeResult(&b, res)
		fault := &testFault{diag.Visible(res.Reason), b.String()}
		if res.Status == verify.Fails {
			c.Failure = fault
			s.Failures++
		} else {
			c.Error = fault
			s.Errors++
		}
	}
	s.Tests++
	s.Cases = append(s.Cases, c)
}
