"""AXI-stream around a design, in VHDL."""

from codesign.firmware.rtl.project import Project, stream_bits, stream_places
from codesign.firmware.rtl.vhdl.entity import LIBRARIES, Port, entity


def vhdl_axis(project: Project, header: str) -> str:
    """Return the source of the wrapper; what it does is as in Verilog."""
    wide_in, wide_out = stream_bits(project.inputs), stream_bits(project.outputs)
    bits = sum(port.bits for port in project.outputs)
    places = 1 << project.address_bits
    ports = [
        Port("aclk", "in"),
        Port("aresetn", "in"),
        Port("s_axis_tvalid", "in"),
        Port("s_axis_tready", "out"),
        Port("s_axis_tdata", "in", wide_in),
        Port("s_axis_tlast", "in"),
        Port("m_axis_tvalid", "out"),
        Port("m_axis_tready", "in"),
        Port("m_axis_tdata", "out", wide_out),
        Port("m_axis_tlast", "out"),
    ]
    declared = [
        f"  type memory_t is array (0 to {places - 1}) of std_logic_vector({bits - 1} downto 0);",
        "  signal memory : memory_t;",
        f"  signal last : std_logic_vector({places - 1} downto 0);",
        f"  signal result : std_logic_vector({bits - 1} downto 0);",
        "  signal rst, ready, done, credit, accept, offered, full, take : std_logic;",
        "  -- places of the next event, of the next result, and of the next one to be taken",
        f"  signal enter, write_at, read_at : natural range 0 to {places - 1};",
        "  -- events that went in and were not taken yet, and results in the memory",
        f"  signal owed, stored : natural range 0 to {places};",
    ]
    lines = entity(project.wrapper, ports, declared, _body(project, bits, places))
    return "\n".join([header, LIBRARIES, *lines, ""])


def _body(project: Project, bits: int, places: int) -> list[str]:
    wide = stream_bits(project.outputs)
    body = [
        "  rst <= not aresetn;",
        f"  credit <= '1' when owed /= {places} else '0';",
        "  offered <= s_axis_tvalid and credit;",
        "  accept <= offered and ready;",
        "  full <= '1' when stored /= 0 else '0';",
        "  take <= full and m_axis_tready;",
        "  s_axis_tready <= ready and credit;",
        "  m_axis_tvalid <= full;",
        f"  m_axis_tdata({bits - 1} downto 0) <= memory(read_at);",
        "  m_axis_tlast <= last(read_at);",
    ]
    if wide > bits:
        body.append(f"  m_axis_tdata({wide - 1} downto {bits}) <= (others => '0');")
    connections = [
        "clk => aclk",
        "rst => rst",
        "in_valid => offered",
        "in_ready => ready",
        "out_valid => done",
        "version => open",
    ]
    for side, places_of in (
        ("s_axis_tdata", stream_places(project.inputs)),
        ("result", stream_places(project.outputs)),
    ):
        connections += [
            f"{port.name} => {side}({at + port.bits - 1} downto {at})" for port, at in places_of
        ]
    return [
        *body,
        *_process(places),
        f"  u_{project.top} : entity work.{project.top} port map (",
        ",\n".join(f"    {connection}" for connection in connections),
        "  );",
    ]


def _process(places: int) -> list[str]:
    steps = [
        "if accept = '1' then last(enter) <= s_axis_tlast; end if;",
        "if done = '1' then memory(write_at) <= result; end if;",
        "if rst = '1' then",
        "  enter <= 0; write_at <= 0; read_at <= 0; owed <= 0; stored <= 0;",
        "else",
        *(
            f"  if {when} = '1' then {what} <= ({what} + 1) mod {places}; end if;"
            for when, what in (("accept", "enter"), ("done", "write_at"), ("take", "read_at"))
        ),
    ]
    for more, what in (("accept", "owed"), ("done", "stored")):
        steps += [
            f"  if {more} = '1' and take = '0' then {what} <= {what} + 1; end if;",
            f"  if {more} = '0' and take = '1' then {what} <= {what} - 1; end if;",
        ]
    steps.append("end if;")
    lines = ["  process (aclk) begin", "    if rising_edge(aclk) then"]
    lines += [f"      {step}" for step in steps]
    return [*lines, "    end if;", "  end process;"]
