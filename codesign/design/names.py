"""Names that become C functions, HDL modules and folders."""

import re

from codesign.errors import InvalidDesignError

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_KEYWORDS = frozenset(
    """
    alignas alignof and and_eq asm auto bitand bitor bool break case catch char char16_t char32_t
    char8_t class co_await co_return co_yield compl concept const const_cast consteval constexpr
    constinit continue decltype default delete do double dynamic_cast else enum explicit export
    extern false float for friend goto if inline int long mutable namespace new noexcept not not_eq
    nullptr operator or or_eq private protected public register reinterpret_cast requires return
    short signed sizeof static static_assert static_cast struct switch template this thread_local
    throw true try typedef typeid typename union unsigned using virtual void volatile wchar_t while
    xor xor_eq main std nnet
    """.split()  # noqa: SIM905
)

_HDL_WORDS = frozenset(
    """
    abs accept_on access after alias all always always_comb always_ff always_latch and architecture
    array assert assign assume assume_guarantee attribute automatic before begin bind bins binsof
    bit block body break buf buffer bufif0 bufif1 bus byte case casex casez cell chandle checker
    class clocking cmos component config configuration const constant constraint context continue
    cover covergroup coverpoint cross deassign default defparam design disable disconnect dist do
    downto edge else elsif end endcase endchecker endclass endclocking endconfig endfunction
    endgenerate endgroup endinterface endmodule endpackage endprimitive endprogram endproperty
    endsequence endspecify endtable endtask entity enum event eventually exit expect export extends
    extern fairness file final first_match for force foreach forever fork forkjoin function generate
    generic genvar global group guarded highz0 highz1 if iff ifnone ignore_bins illegal_bins
    implements implies import impure in incdir include inertial initial inout input inside instance
    int integer interconnect interface intersect is join join_any join_none label large let liblist
    library linkage literal local localparam logic longint loop macromodule map matches medium mod
    modport module nand negedge nettype new next nexttime nmos nor noshowcancelled not notif0 notif1
    null of on open or others out output package packed parameter pmos port posedge postponed
    primitive priority procedure process program property protected pull0 pull1 pulldown pullup
    pulsestyle_ondetect pulsestyle_onevent pure rand randc randcase randsequence range rcmos real
    realtime record ref reg register reject reject_on release rem repeat report restrict return
    rnmos rol ror rpmos rtran rtranif0 rtranif1 s_always s_eventually s_nexttime s_until
    s_until_with scalared select sequence severity shared shortint shortreal showcancelled signal
    signed sla sll small soft solve specify specparam sra srl static string strong strong0 strong1
    struct subtype super supply0 supply1 sync_accept_on sync_reject_on table tagged task then this
    throughout time timeprecision timeunit to tran tranif0 tranif1 transport tri tri0 tri1 triand
    trior trireg type typedef unaffected union unique unique0 units unsigned until until_with
    untyped use uwire var variable vectored virtual void vunit wait wait_order wand weak weak0 weak1
    when while wildcard wire with within wor xnor xor
    """.split()  # noqa: SIM905
)


def is_hdl_word(name: str) -> bool:
    """Return whether Verilog, SystemVerilog or VHDL keeps a name for itself, in any letter case.

    Source: IEEE 1800-2017, table B.1; IEEE 1076-2008, section 15.10.
    """
    return name.lower() in _HDL_WORDS


def check_top_name(name: str) -> str:
    """Return ``name`` if it can name a design: a C function, an HDL module and a folder.

    Raises:
        InvalidDesignError: As :func:`check_name`, or if it is a word of Verilog or VHDL.
    """
    check_name(name, what="a network")
    if is_hdl_word(name):
        msg = (
            f"{name!r} cannot name a network: it becomes an HDL module, and Verilog or VHDL keeps "
            f"the word for itself; write {name}_net, for example"
        )
        raise InvalidDesignError(msg)
    return name


def check_name(name: str, *, what: str) -> str:
    """Return ``name`` if it can name a C function and a folder.

    Args:
        name: The name to check.
        what: What it names, for the message, with its article.

    Raises:
        InvalidDesignError: If it is not a C identifier of at most 64 characters that begins with a
            letter, or is a C++ keyword.
    """
    if _IDENTIFIER.fullmatch(name) is None or name in _KEYWORDS:
        msg = (
            f"{name!r} cannot name {what}: it becomes a C function and a folder, so it is letters, "
            "digits and underscores, begins with a letter, has at most 64 characters and is no "
            "C++ keyword"
        )
        raise InvalidDesignError(msg)
    return name
