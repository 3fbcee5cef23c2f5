package people

import "github.com/linli-bot/linli/internal/access"

// Role is what somebody is in a community, for those who speak of roles and
// decide nothing by them.
type Role = access.Role

// The roles that somebody is given.
const (
	AsVolunteer  = access.Volunteer
	AsHelper     = access.Helper
	AsMember     = access.Member
	AsKitchen    = access.Kitchen
	AsChildcare  = access.Childcare
	AsCarer      = access.Carer
	AsMediator   = access.Mediator
	AsCounsellor = access.Counsellor
	AsDeputy     = access.Deputy
	AsSecretary  = access.Secretary
	AsKeeper     = access.Keeper
)
