package config

import (
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/internal/source"
)

// Options are the values that are in force in one file: per name the last valid
// line. Values are normalised as the daemon stores them (policies upper case,
// levels lower case, names lower case).
type Options struct {
	values map[string]OptionValue
}

// OptionValue is one option in force.
type OptionValue struct {
	Text string
	Span source.Span // of the value
	Line int
}

// Get returns an option by its lower-case name.
func (o *Options) Get(name string) (OptionValue, bool) {
	v, ok := o.values[name]
	return v, ok
}

// Text returns the value or def.
func (o *Options) Text(name, def string) string {
	if v, ok := o.values[name]; ok {
		return v.Text
	}
	return def
}

// Bool returns whether a number is not zero, or def when it is not set.
func (o *Options) Bool(name string, def bool) bool {
	v, ok := o.values[name]
	if !ok {
		return def
	}
	return strings.Trim(v.Text, "0") != ""
}

// Number returns a decimal value; def when it is not set or does not fit.
func (o *Options) Number(name string, def int) int {
	if v, ok := o.values[name]; ok {
		if n, err := strconv.Atoi(v.Text); err == nil {
			return n
		}
	}
	return def
}

// Set stores a value, replacing an earlier one.
func (o *Options) Set(name string, v OptionValue) {
	if o.values == nil {
		o.values = map[string]OptionValue{}
	}
	o.values[name] = v
}

// Span returns where the option is set; nowhere when it is not.
func (o *Options) Span(name string) source.Span { return o.values[name].Span }

// With returns the options with one value changed; o keeps its own.
func (o *Options) With(name, text string) Options {
	values := make(map[string]OptionValue, len(o.values)+1)
	for n, v := range o.values {
		values[n] = v
	}
	v := values[name]
	v.Text = text
	values[name] = v
	return Options{values: values}
}
