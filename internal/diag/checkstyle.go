package diag

import (
	"encoding/xml"
	"io"
)

// The elements of Checkstyle's reports.
type (
	checkstyleRoot struct {
		XMLName xml.Name         `xml:"checkstyle"`
		Version string           `xml:"version,attr"`
		Files   []checkstyleFile `xml:"file"`
	}
	checkstyleFile struct {
		Name   string            `xml:"name,attr"`
		Errors []checkstyleError `xml:"error"`
	}
	checkstyleError struct {
		Line     int    `xml:"line,attr"`
		Column   int    `xml:"column,attr,omitempty"`
		Severity string `xml:"severity,attr"`
		Message  string `xml:"message,attr"`
		Source   string `xml:"source,attr"`
	}
)

// WriteCheckstyle writes r in the format of Checkstyle 4.3, which many viewers of
// reports read. A finding about a whole file stands in line 1.
func WriteCheckstyle(w io.Writer, r Report) error {
	root := checkstyleRoot{Version: "4.3"}
	for _, f := range r.byFile() {
		file := checkstyleFile{Name: orCONFIG(f.path)}
		for _, i := range f.findings {
			file.Errors = append(file.Errors, checkstyleErrorOf(&r.Findings[i]))
		}
		root.Files = append(root.Files, file)
	}
	return writeXML(w, root)
}

func checkstyleErrorOf(d *Diagnostic) checkstyleError {
	e := checkstyleError{Severity: d.Severity.String(), Message: shown(sentence(d)), Source: "pvefw." + d.Rule.Category + "." + d.Rule.Code}
	e.Line, _ = linesOf(d.Span)
	if !d.Span.IsZero() && !d.Span.WholeFile() {
		e.Column = d.Span.From().Column
	}
	return e
}
