package pg

import (
	"strings"
	"syscall"
)

// tcpUserTimeout is Linux's number for it, which the syscall package lacks
// (include/uapi/linux/tcp.h).
const tcpUserTimeout = 18

// unanswered bounds how long what was sent may stay without word of arrival.
func unanswered(network, _ string, c syscall.RawConn) error {
	if !strings.HasPrefix(network, "tcp") {
		return nil
	}
	var set error
	err := c.Control(func(fd uintptr) {
		set = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout, int(unansweredFor.Milliseconds()))
	})
	if err != nil {
		return err
	}
	return set
}
