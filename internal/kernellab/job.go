package kernellab

import "fmt"

// Jobs are functions of the test binary, by name, that a machine can run besides cases,
// in its first network namespace and as its first process. A panic is an error.
type Jobs map[string]func(argument []byte) ([]byte, error)

// call asks a machine for a job.
type call struct {
	Job      string
	Argument []byte
}

// order is what a machine is sent: a case, or a job where that has a name.
type order struct {
	Case
	call
}

// response is its answer; Problem means that the node of the case could not be built, or
// that the job failed.
type response struct {
	Report  Report
	Result  []byte
	Problem string
}

func (jobs Jobs) run(c call) (r response) {
	defer func() {
		if p := recover(); p != nil {
			r.Problem = fmt.Sprint(p)
		}
	}()
	job := jobs[c.Job]
	if job == nil {
		return response{Problem: "there is no job " + c.Job}
	}
	out, err := job(c.Argument)
	if err != nil {
		return response{Problem: err.Error()}
	}
	return response{Result: out}
}
