# The report in English. vi.ftl has the same keys; tests/it/dossier holds that, and that every key is used.

report = Grid plan report
answer = The answer
contents = Contents
print-whole = Print all rows of long tables
print-first-rows = The first 60 rows are printed; the file itself holds all of them.
stamp = gridstage { $version } · input SHA-256 { $hash }
about-decision = Decision: { $fact }
about-authority = Authority: { $fact }
about-base = Grid as built on { $day }
variant = A variant of the plan: { $what }
variant-as-of = as of { $names }
variant-with = with { $names }
variant-without = without { $names }
variant-only-stage = only stage { $names }
variant-only-scenario = only scenario { $names }
left-out-title = Not in this report
left-out = { $title }: left out (--sections { $word } adds it).
left-out-costly = { $title }: many load flows, so only when asked for (--sections usual,{ $word }).
left-out-handed = { $title }: from a run of its own, so only when handed in (gridstage { $word } PLAN --format json -o FILE, then --{ $word } FILE).
rows-cut = The first { $shown } of { $all } rows; the workbook (-o report.xlsx) holds all of them.
and = { $first } and { $last }
yes = yes
no = no
everywhere = everywhere
whole-grid = the grid as a whole
never = never
no-rate = none
unit-years = years
unit-metric-years = { $unit }·years
unit-per-money = { $unit } per { $money }
million = million { $currency }
billion = billion { $currency }
million-of = million { $currency } of { $year }
more-than = more than { $value }
of-budgets = of { $n } budgets
discounted-at = each discounted to { $base } at { $rate } % a year
not-discounted = not discounted

# The answer
judged-plan = plan
judged-grid = grid
answer-served = The { $what } is solved and all load is served; no other criterion was asked.
answer-holds = The { $what } holds{ $stages ->
    [one] {""}
   *[other] {" "}in all { $stages } stages
  }{ $warnings ->
    [0] .
    [one] , with 1 warning.
   *[other] , with { $warnings } warnings.
  }
answer-violated = The { $what } does not hold: { $broken }.
answer-no-solution = The { $what } cannot be judged as a whole: the load flow has no solution in { $unsolved } of { $states } { $states ->
    [one] state
   *[other] states
  }.
answer-besides = Besides: { $broken }.
broken-intact = { $n ->
    [one] 1 limit is
   *[other] { $n } limits are
  } broken in the intact grid
broken-limits = { $n ->
    [one] 1 limit is
   *[other] { $n } limits are
  } broken
broken-fault = { $n } after a fault (N-1)
broken-unserved = up to { $mw } MW of load is not served
broken-building = { $n ->
    [one] 1 outage for building is
   *[other] { $n } outages for building are
  } not safe
in-all-stages = { $broken }, in all { $stages } stages
in-some-stages = { $broken }, in { $n } of { $stages } stages ({ $names })
ask-holds = Does it hold?
ask-where = Where not?
ask-when = Since when?
ask-do = What is left to do?
answer-yes = Yes
answer-no = No
answer-unknown = Not known
line-states = { $n } states judged, { $stages ->
    [one] 1 stage
   *[other] { $stages } stages
  }
line-criteria = { $n ->
    [one] 1 criterion
   *[other] { $n } criteria
  }
line-warnings = { $n ->
    [one] 1 planning threshold
   *[other] { $n } planning thresholds
  } passed (warnings)
line-waived = { $n } excepted by a decision
line-unsolved = { $n ->
    [one] 1 state
   *[other] { $n } states
  } without a load-flow solution
count-limits = { $n ->
    [one] limit broken
   *[other] limits broken
  }
line-worst = { $element }: { $value } { $unit }, limit { $limit } ({ $state })
line-worst-fault = { $element }: { $value } { $unit }, limit { $limit }, after a fault ({ $state })
count-first-stage = first stage with a broken limit
line-stage = { $stage }: { $n ->
    [0] none
    [one] 1 limit
   *[other] { $n } limits
  }
count-stays = { $n ->
    [one] broken limit that no work of the plan ends
   *[other] broken limits that no work of the plan ends
  }
line-stays = A further measure is needed for { $n ->
    [one] this limit
   *[other] these { $n } limits
  }.
line-clears = { $work } ({ $id }) ends { $n ->
    [one] 1 broken limit
   *[other] { $n } broken limits
  }
line-nothing-to-do = Nothing: all that is judged holds.
strip-holds = holds
strip-broken = { $n ->
    [one] 1 limit broken
   *[other] { $n } limits broken
  }
strip-unsolved = { $n } without solution
sheet-answer = Answer

# Sections
section-verdict = Verdict
section-violations = Limits that are not kept
section-map = Map of the grid by stage
section-diagram = Single-line diagram by stage
section-states = Load, losses and extremes
section-flows = Loadings and voltages by stage
section-works = Works and schedule
section-capital = Capital by year
section-supply = Supply of the stations
section-need = By when each work is needed
section-headroom = Room for more load
section-rank = What each work is worth for the grid
section-fund = What to build with the money there is
section-basis = What the verdict rests on

# Tables
table-worst = The gravest
table-matrix = Verdict by stage, scenario and criterion
table-construction = While works are built
table-criteria = What the criteria ask
table-violations = Limits broken in the intact grid
table-after-fault = Limits broken after a fault (N-1)
table-without-supply = Load without supply after a fault (N-1)
table-waived = Excepted by a decision
table-warnings = Planning thresholds passed
table-states = Every state
table-energy = Energy lost over a year
table-infeeds = Infeed of sources and boundaries
table-moved = Load carried by neighbours
table-line-loadings = Loading of lines
table-transformer-loadings = Loading of transformers
table-voltages = Voltages
table-stages = Stages
table-works = Works
table-obstacles = What stands in the way of works
table-capital = Capital by year
table-supply = Stations and their supply
table-supply-losses = Supplies whose loss does harm
table-need = Need dates
table-headroom = Room for more load
table-rank = Works by what they are worth per money
table-fund-built = What to build, and in which year
table-fund-years = Year by year, verified
table-fund-broken = What stays broken for want of money
table-fund-left-out = Left out, most missed first
table-fund-accounts = The money by year
table-fund-musts = Must come as planned, and is paid first
table-fund-budgets = With more or less money
table-without-solution = States without a solution
table-not-judged = Rules that were asked but not judged
table-support = How well the data is supported
table-scenarios = Scenarios
table-findings = Remarks of the program on the data
table-inputs = Files that were read
matrix-note = A figure behind a word counts warnings or violations. Point at a cell for the element nearest to its limit.
no-violations = No limit is broken and no planning threshold is passed.
energy-note = From the losses at the peak, by the load-loss factor: { $source }.
moved-note = A station that does not stand is carried by its medium-voltage neighbours up to the transfer stated; the rest is not served.
loadings-note = The highest of the scenarios of each stage, in percent of the continuous rating; the most loaded first.
stages-note = Costs of different price years are never added up.
capital-total = From { $first } to { $last } the works cost { $sum } { $money } in prices of { $prices }, of it { $estimated } estimated by unit costs: { $nominal } in prices of the years in which it is spent, { $discounted } discounted to { $base }.
capital-note = In prices of { $prices }; nominal in prices of the year; discounted to { $base }. By what a work says of its spending, else the profile of the plan, else all in the year of commissioning. Works whose cost is not known, and which are not in it: { $n }.
supply-note = Scenario { $scenario }. Shares of sources by proportional sharing of the flows; reserve of the transformers into the lowest voltage, firm: without the largest unit.
supply-losses-note = What the loss of one circuit or transformer leaves: load without supply, what neighbours take over of it, limits that then fail.
supply-unsolved = No load-flow solution, so no supply plan: { $stages }.
need-note = Needed by: the last 31 December up to which the work may be late without a limit breaking that holds as planned. Late by: MW without supply and MVA beyond limits in the worst year.
need-drawn = { $works } works are needed within the years judged; { $tight } of them have no float: a year later something fails. Drawn are { $drawn }, those that may wait first.
headroom-note = Load is added at one station at a time until something new breaks. Years: until the station's own forecast has grown by that much.
rank-note = Worth { $how }: by how much { $metric } are less with the work than without it, summed over the years, { $discounting }; with every fault that the criteria ask about. Below 0: the grid is better without it. Costs are in prices of { $prices }, discounted in the same way: less than what is paid in the end.
rank-note-with = Worth per money is held against the cost of the work and of all that goes with it, as these cannot stand without each other.
fund-answer = With { $percent } % of { $budget }: { $built } of { $works } works are built, for { $part } of { $all } { $money } in prices of { $prices }; { $late } of them later than planned.
fund-budget-plan = the budgets of the plan
fund-budget-file = the budgets of a file of its own
fund-budget-spending = what the plan itself would spend on these works, by year and funding class, with what is left carried over
fund-roles = No choice are: { $must } that come as planned and are paid first, { $done } that stand already, { $unpriced } whose cost is not known and that are built as planned, { $beyond } that come after the years judged or at no date.
fund-last-year = In { $last }, { $dark } MW of load is without supply in the intact grid with what is funded, { $darkplanned } MW with all of the plan. Beyond limits and without supply together, also after faults, are { $funded } MVA and MW (those of the intact grid ten times) with what is funded, { $planned } with all of the plan, { $none } with none of these works.
fund-better = In { $years } that sum is smaller than with all of the plan: load that stays without supply does not load the grid, and some works load others more than they relieve.
fund-kept = { $broken } limits stay broken for want of money (new, or worse than in the plan with all of its works); { $anyway } are broken in the plan with all of its works too. Verified by AC load flow in every year, with every fault that the criteria ask about.
fund-money = In money, against building none of these works: net present value { $npv } { $money }, economic internal rate of return { $rate }. Present values: energy not served saved { $unserved }, losses saved { $losses }, spent { $spent }; the years { $discounting }.
fund-money-least = Without these works the load flow has no solution in { $years }: the energy not served is at least what is told, and losses are not compared.
fund-worth = Worth: what the work takes off beside all that is built, in { $metric }, summed over the years, { $discounting }; 0 where it serves others that cannot stand without it.
fund-budgets-note = The same search with other shares of the budgets. Empty: that budget does not pay for what must come.
fund-unsolved = Without a load-flow solution, as the money does not hold the grid together: { $years }.
fund-ending-all = Every selection of works and years that the money pays for was compared: none is better.
fund-ending-no-better = Nothing that was tried around this selection is better; that is no proof that none is.
fund-ending-rounds = The search ended with its last round; a better selection may be found.
fund-built-note = The year is the one from which the work stands. { $worth } An earlier year planned: it comes later than planned.
fund-years-note = MVA beyond limits and MW without supply, in the intact grid and after every fault. More than: the grid has no load-flow solution, and is at least so bad.
fund-broken-note = New, or worse than in the plan with all of its works; each told once, in its worst year.
fund-left-out-note = Worth: what the work would take off beside what is built, if it came as planned.
fund-planned = with all of the plan
fund-funded = with what is funded
all-together = all together
without-solution-note = No state of operation was found; the share is of all loads, with generation to match, that still has one.
support-note = Official: a decision, code or register was seen. News: a named article. Recalled: a well-known value that was not opened. Estimated: an engineering estimate.
findings-note = In the program's own words, by code; the first message of each.
inputs-note = With their fingerprints: the same files give the same report, byte for byte.

# Columns
col-after-loss-of = After the loss of
col-area = Area
col-article = Article
col-asked = What is asked
col-at-bus = At bus
col-back-feed = Back-feed
col-balances = Balances
col-breaks-first = Breaks first
col-bus = Bus
col-buses = Buses
col-carried = Carried
col-carried-by = Carried by
col-circuits = Circuits in
col-cleared = Ends
col-cleared-by = By work
col-code = Code
col-comes-from = From
col-commissioning = Commissioning
col-confidence = Confidence
col-cost = Cost
col-cost-discounted = Cost, discounted
col-cost-with-these = Cost with these
col-cost-from = Cost from
col-count = Records
col-criterion = Criterion
col-dark = Dark at first
col-day = Day
col-decision = Decision
col-district = District
col-element = Element
col-ended = How it ended
col-energy = Energy lost
col-excess = Beyond limit
col-failing = Not safe
col-fails-first = Fails first a year later
col-file = File
col-firm-reserve = Firm reserve
col-meaning = What it means
col-first-message = First message
col-float = Float
col-format = Format
col-discounted = Discounted
col-from-day = From
col-from-unit-costs = Of it by unit costs
col-funding = Funding
col-funded-in = Funded in
col-goes-with = Goes with it
col-highest-voltage = Highest voltage
col-id = Id
col-infeed = Source
col-installed = Installed
col-kind = Kind
col-late = Late by
col-limit = Limit
col-limits = Limits broken
col-line-loading = Line loading
col-lines = Line circuits
col-load = Load
col-load-energy = Due to load
col-load-factor = Load factor
col-load-loss-factor = Load-loss factor
col-loading = Loading
col-losses = Losses
col-lost-supply = Lost supply
col-lowest-voltage = Lowest voltage
col-missing-most = Power is missing most at
col-more-than-planned = More than in the plan
col-name = Name
col-need = Need
col-needed-by = Needed by
col-new-works = New works
col-no-load-energy = No-load
col-nominal = Nominal
col-not-standing = Station that does not stand
col-obstacle = Obstacle
col-on-line = On line
col-on-transformer = On transformer
col-out = Out of service
col-outages = Outages
col-owner = Who can clear it
col-p = Power
col-percent-of-limit = Of limit
col-place = Place
col-planned = Planned
col-price-year = Price year
col-q = Reactive power
col-rating = Rating
col-reason = Why
col-records = Table
col-requires = Requires
col-reserve = Reserve
col-result = Result
col-room-fault = Room after a fault
col-room-intact = Room, intact
col-room-years = Lasts
col-rule = Rule
col-scenario = Scenario
col-sha256 = SHA-256
col-since = Since
col-solvable = Solvable
col-source = Source
col-sources = Fed by
col-since-year = Since
col-without-supply = Without supply
col-spent = Spent
col-stage = Stage
col-state = State
col-states = States
col-station = Station
col-status = Status
col-taken-over = Taken over
col-takes-off = Takes off
col-times = Times
col-to-day = To
col-transformer-loading = Transformer loading
col-transformers = Transformers
col-unit = Unit
col-unserved = Not served
col-unstated = Not stated
col-until = Until
col-value = Value
col-vn = Voltage
col-what = What
col-without-cost = Cost unknown
col-work = Work
col-works = Works
col-works-funded = Works funded
col-worst-at = Worst at
col-worst-in = Worst in
col-worst-loss = Worst loss
col-year = Year
col-years = Years
col-worst-year = Worst in
col-worth = Worth
col-worth-per-money = Worth per money
col-rank = Rank
col-with-plan = With all of the plan
col-with-funded = With what is funded
col-with-none = With none of the works
col-broken-by-money = Broken for want of money
col-broken-anyway = Broken in the plan too
col-budget = Budget
col-left = Left
lowest = lowest
highest = highest
late-by = { $n } y late
not-cleared = not ended
harmless = none does harm
limit-of = limit { $limit } { $unit }
nearest = { $element }: { $value } { $unit } (limit { $limit })

# What is asked
asks-supply = all load is served
asks-voltage = { $kv } kV buses: { $band }
asks-voltage-taps = { $kv } kV buses: { $band } (with moving taps)
asks-band = { $min } to { $max } kV
asks-least = at least { $min } kV
asks-most = at most { $max } kV
asks-nothing = no limit
asks-bus-limits = every bus within the voltage limits of its own record
asks-lines = lines{ $level }: { $limits } of { $rating }
asks-transformers = transformers{ $level }: { $limits } of { $rating }
asks-normal-rating = the continuous rating
asks-emergency-rating = the emergency rating
asks-limit-and-warning = at most { $max } %, warning above { $warn } %
asks-limit = at most { $max } %
asks-warning = warning above { $warn } %
asks-reserve = use of a station's transformers to { $kv } kV: { $limits }
asks-power-factor = load at { $kv } kV buses: power factor at least { $min }
asks-losses = at most { $max } % of the power fed in (a remark: never breaks the plan)
asks-import = no boundary feeds in more than its limit
asks-security = loss of { $scope }{ $level }: at most { $mw } MW without supply{ $time }
asks-from-kv = {" "}from { $kv } kV
asks-in-time = {" "}after { $minutes } min

# Words
criterion-supply = Supply
criterion-voltage = Voltage
criterion-line-loading = Line loading
criterion-transformer-loading = Transformer loading
criterion-n1 = After a fault (N-1)
criterion-reserve = Station reserve
criterion-power-factor = Power factor
criterion-import = Import
criterion-losses = Losses
judgement-holds = holds
judgement-warns = warns
judgement-waived = excepted
judgement-fails = fails
judgement-not-judged = not judged
judgement-no-solution = no solution
judgement-not-asked = –
quantity-vm = voltage
quantity-loading = loading
quantity-use = use of the station
quantity-lost-load = load without supply
quantity-solvable-load = load with a solution
quantity-power-factor = power factor
quantity-losses = losses
quantity-import = infeed
quantity-flow = flow
element-substation = station
element-bus = bus
element-line = line
element-transformer = transformer
element-transformer3 = three-winding transformer
element-generator = generator
element-load = load
element-shunt = shunt
element-switch = switch
element-compensator = compensator
element-dc-link = direct-current link
element-tower = towers
confidence-official = official
confidence-news = news
confidence-recalled = recalled
confidence-estimated = estimated
work-substation = station
work-line = line
work-transformer = transformer
work-reactive = reactive power
work-uprate = uprating
work-retire = retirement
work-other = other
status-candidate = candidate
status-planned = planned
status-approved = approved
status-funded = funded
status-construction = in construction
status-commissioned = commissioned
status-deferred = deferred
status-cancelled = cancelled
status-retired = retired
need-needed = needed
need-not-needed-yet = not needed yet
need-changes-nothing = changes nothing
need-not-planned = not planned
need-after-horizon = after the horizon
need-unknown = not known
fails = { $year } { $element }: { $value } { $unit } (limit { $limit })
fails-after = { $year } { $element }: { $value } { $unit } (limit { $limit }), after the loss of { $outage }
room-at-least = nothing up to the most that was asked
cost-from-stated = the plan
cost-from-unit-costs = unit costs
cost-from-unknown = not known
records-substations = stations
records-buses = buses
records-lines = lines
records-transformers = transformers
records-generators = generators
records-loads = loads
records-shunts = shunts
records-switches = switches
records-projects = works
records-forecast-rows = forecast rows
ended-step-limit = did not settle within the step limit
ended-singular = singular Jacobian
ended-diverged = diverged
ended-false-solution = a solution that is no operating state
interpolation-linear = Load in years between those of the forecast: linear interpolation.
interpolation-compound = Load in years between those of the forecast: equal growth rates.

# Why a rule is not judged, and what was not modelled
unjudged-no-faults = states after a fault (N-1) are not computed
unjudged-taps-still = tap changers stand still, so the voltage behind regulated transformers says nothing
unjudged-direct = a DC load flow knows neither voltages nor reactive power nor losses
unjudged-taps-after-fault = it takes tap changers that move after the outage
unjudged-intact-only = it is judged in the intact grid only
unjudged-nothing-stands = nothing that it is about stands in this state
unjudged-no-values = none of the { $n } elements that it is about has a value and a limit
unjudged-not-reached = only { $n } of { $of } outages were reached in the time given
note-no-state = No state was judged: no stage is judged in the scenarios asked for.
note-intact-only = Only the intact grid (N) is judged, no state after a fault (N-1).
note-intact-only-rules = Only the intact grid (N) is judged, no state after a fault (N-1); rules not judged for that reason: { $rules }.
note-no-fault-rule = No rule is about the grid after a fault (N-1): only the intact grid (N) is judged.
note-lost-without-rule = After { $n } outages of all states load stays without supply, up to { $mw } MW; no rule of security says how much may be, so this breaks nothing.
note-direct = DC load flow: no voltages, no reactive power, no losses.
note-no-criteria = Stage { $stage } names no criteria set: only supply is judged.
note-own-limits = No criteria set: the grid is judged by its own voltage limits and ratings.
note-no-voltage-rule = Buses without a voltage rule: { $levels }.
note-level = { $n } of { $kv } kV
note-unmeasured = { $criterion }: up to { $n } elements in a state have no value or no limit and are not judged.
note-load-moved = Load of a station that is not in service is carried by its medium-voltage neighbours up to the transfer stated; the rest is lost and breaks the plan. This rule decides when a work is needed.
note-no-loss-factor = The plan states no load-loss factor: losses over a year are not computed.
still-reactive-limits = Reactive limits of generators are told and not kept; remote buses and compensators are not held.
still-taps = Tap changers and phase shifters stay where the input puts them.
still-shunts = Shunts stay as they are switched.
still-interchange = The interchange that areas are scheduled for is not held.

# Charts
figure-load = Load of the forecast, and load served at the stages
figure-losses = Losses of active power at the stages
figure-works-by-year = Works commissioned, by year and kind
figure-capital = Capital by year of spending
figure-need = From the planned day to the day by which the work is needed
figure-headroom = Room for more load at the last stage, least first
figure-rank = Worth per money, most first
figure-fund = What is not kept, year by year
axis-year = Year
axis-load = Load [MW]
axis-losses = Losses [% of the power fed in]
axis-works = Works
axis-capital = Capital [billion { $currency } of { $year }]
axis-headroom = Room for more load [MW]
axis-rank = Worth per billion { $currency } [{ $unit }]
axis-fund = Beyond limits and without supply [MVA + MW]
capital-stated = as works state it
capital-unit-costs = estimated by unit costs
gantt-float = float: planned (dot) to needed by
gantt-no-float = no float
headroom-intact = intact grid, { $stage }
headroom-fault = after every fault, { $stage }
rank-by-toot = when taken out of the plan
rank-by-pint = when put in alone
rank-by-shapley = by fair shares (Shapley)
metric-severity = MVA beyond limits and MW without supply (those of the intact grid ten times)
metric-lost = MW without supply
metric-voltage = kV outside of bands
metric-losses = MW of losses
metric-money = cost of losses and of energy not served

# The drawing
drawing-map = Loading and voltage on the map
drawing-diagram = Loading and voltage in the single-line diagram
drawing-note = Lines are coloured by loading of the continuous rating, nodes by voltage.
drawing-use = Click a node or line for its record and every state; drag to move, Ctrl and wheel to zoom.
drawing-left-off = { $n ->
    [one] 1 bus has
   *[other] { $n } buses have
  } no coordinates and is not on the map, for example { $first }.
drawing-colour = Lines by
drawing-by-loading = loading
drawing-by-level = rated voltage
drawing-only-violations = only what breaks the plan
zoom-in = nearer
zoom-out = farther
zoom-home = centre
zoom-all = all
legend-unrated = no rating
legend-out = out of service
legend-branch-violated = branch that breaks the plan (N or N-1)
legend-node-violated = node that breaks the plan (N or N-1)

# The script
script-filter = filter rows
script-all = all
script-copy = copy for a spreadsheet
script-copied = copied
script-rows = rows
script-no-row = no row
script-click = Click a node or line.
script-source = Source
script-confidence = Confidence
script-place = Place
script-none = (none)
script-voltage = Voltage
script-loading = Loading
script-power = Power
script-load = Load
script-generation = Generation
script-rating = Rating
script-district = District
script-between = Between
script-violations = Breaks in this state
script-no-violations = Nothing.
script-limit = limit
script-after = after the loss of
script-since = since
script-cleared = ends
script-not-standing = –
script-out = out
script-units = Transformers here
script-lines-here = Lines here

# What the codes of findings mean
code-E-NO-SOLUTION = The load flow has no solution, or none was found.
code-W-ENCODING = Bytes that are not UTF-8 were replaced in a name or comment.
code-W-NOT-USED = Something in the file is not used by gridstage.
code-W-NOT-CARRIED = A field could not be carried into the target format.
code-W-ASSUMED = A missing value was assumed.
code-W-FIXED-GEN = A generator at a bus without voltage control is a fixed injection.
code-W-PV-WITHOUT-GEN = A bus for voltage control has no generator in service and is taken as a load bus.
code-W-ZERO-Z = A branch without impedance joins its two buses into one.
code-W-DEAD-ISLAND = A part of the grid has no source: its load is not served.
code-W-NO-KV = A bus has no rated voltage: results in kV and kA are missing there.
code-W-LOW-VOLTAGE = A solved voltage is so low that the state may not be the operating one.
code-W-RETRIED = A start led nowhere, or to an implausible state, and another one was used.
code-W-DATE = A date is given as a year only: its last day is taken.
code-W-PLAN = The plan holds something that will probably not do what was meant.
code-W-BAY = A bay is taken twice, or what takes it does not fit.
code-W-FORECAST = A forecast value was interpolated or held constant beyond what is given.
code-W-LOAD-MOVED = The load of a station that is not in service is carried by its neighbours.
code-W-LOAD-LOST = Load that no station in service can carry.
code-W-PLAUSIBLE = A value is legal but looks like a slip.
code-W-X-OVER-R = Resistance and reactance of a branch do not fit each other.
code-W-CHARGING = The charging of a line does not fit its reactance.
code-W-DECIMAL = A value is some powers of ten away from what comparable records have.
code-W-RATED-VOLTAGE = A rated voltage or ratio does not fit the buses it meets.
code-W-LENGTH = The length of a line does not fit the map.
code-W-RATING = The rating of a line is above what its conductor carries.
code-W-Q-LIMIT = A generator's reactive power is outside its limits: those of a slack are told only, and of none kept with --q-limits off.
code-W-CONTROL-FAILS = A control does not reach what it should hold.
code-W-CONTROL-CONFLICT = Two controls want different things of one bus.
code-W-HUNTING = A control came back to a former state and was frozen there.
code-W-STATED = How good the state is that the file stores with its grid.
code-W-INCOMPLETE = The time limit ended the run before it was through: what it tells holds for what it reached.
code-W-WAIVER = A waiver has run out, or excepts nothing.
