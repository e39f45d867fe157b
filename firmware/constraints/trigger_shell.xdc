# trigger_shell out of context: the clock of the network, 200 MHz, five cycles a bunch crossing.
create_clock -name clk -period 5.000 [get_ports clk]

# The threshold is set once, long before a decision depends on it.
set_false_path -from [get_ports {threshold[*]}]
