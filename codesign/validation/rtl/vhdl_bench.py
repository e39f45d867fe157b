"""The test bench for VHDL; it reads and writes the lines of :mod:`...rtl.icarus_bench`."""

from codesign.validation.rtl.bench import Bench, places
from codesign.validation.rtl.buses import WORD
from codesign.validation.rtl.icarus_bench import DRIVER

_DRIVER = """\
library ieee;
use ieee.std_logic_1164.all;
use std.textio.all;

entity {driver} is
  generic (steps_path : string; log_path : string; patience : integer);
end entity;

architecture simulation of {driver} is
  signal clk, rst, in_valid : std_logic := '0';
  signal in_ready, out_valid : std_logic;
  signal data : std_logic_vector({input_top} downto 0) := (others => '0');
  signal result : std_logic_vector({output_top} downto 0) := (others => '0');
{signals}
begin
  bench : entity work.{top} port map (
    clk => clk, rst => rst, in_valid => in_valid, in_ready => in_ready, out_valid => out_valid,
{ports}
  );
{wiring}

  drive : process
    file steps : text open read_mode is steps_path;
    file log : text open write_mode is log_path;
    variable row, found : line;
    variable offered, reset : std_logic_vector(3 downto 0);
    variable bits : std_logic_vector({input_top} downto 0);
    variable cycle, waited : integer := 0;
    variable done : boolean := true;
  begin
    while done and not endfile(steps) loop
      readline(steps, row);
      hread(row, offered);
      hread(row, reset);
      hread(row, bits);
      done := false;
      waited := 0;
      while not done and waited <= patience loop
        clk <= '0';
        in_valid <= offered(0);
        rst <= reset(0);
        data <= bits;
        wait for 5 ns;
        if rst = '0' and is_x(out_valid) then
          swrite(found, "X " & integer'image(cycle) & " out_valid");
          writeline(log, found);
        end if;
        if in_valid = '1' and is_x(in_ready) then
          swrite(found, "X " & integer'image(cycle) & " in_ready");
          writeline(log, found);
        end if;
        if out_valid = '1' then
          swrite(found, "R " & integer'image(cycle) & " ");
          hwrite(found, result);
          writeline(log, found);
        end if;
        done := in_valid = '0' or in_ready = '1';
        clk <= '1';
        wait for 5 ns;
        cycle := cycle + 1;
        waited := waited + 1;
      end loop;
      if done then
        swrite(found, "E " & integer'image(cycle - 1));
        writeline(log, found);
      end if;
    end loop;
    wait;
  end process;
end architecture;
"""


def vhdl_driver(bench: Bench) -> str:
    """Return the VHDL text of the test bench around the top module."""
    design = bench.design
    ports, signals, wiring = [], [], []
    for port, start in places(design.inputs):
        ports.append(f"    {port.name} => data({start + port.bits - 1} downto {start})")
    for index, (port, start) in enumerate(places(design.outputs)):
        vector = f"std_logic_vector({port.bits - 1} downto 0)"
        signals.append(f"  signal output_{index} : {vector};")
        ports.append(f"    {port.name} => output_{index}")
        wiring.append(f"  result({start + port.bits - 1} downto {start}) <= output_{index};")
    return _DRIVER.format(
        driver=DRIVER,
        top=design.top,
        input_top=bench.input_words * WORD - 1,
        output_top=bench.output_words * WORD - 1,
        signals="\n".join(signals),
        ports=",\n".join(ports),
        wiring="\n".join(wiring),
    )
