#ifndef CODESIGN_MERGE_H_
#define CODESIGN_MERGE_H_

#include "codesign_activation.h"

namespace nnet {

// Each result is exact in the type of the expression and put into the output's type once.
template <class a_T, class b_T, class res_T, typename CONFIG_T> struct AddElement {
    static res_T apply(a_T a, b_T b) {
        #pragma HLS INLINE
        res_T y = a + b;
        return y;
    }
};

template <class a_T, class b_T, class res_T, typename CONFIG_T> struct SubtractElement {
    static res_T apply(a_T a, b_T b) {
        #pragma HLS INLINE
        res_T y = a - b;
        return y;
    }
};

template <class a_T, class b_T, class res_T, typename CONFIG_T> struct MultiplyElement {
    static res_T apply(a_T a, b_T b) {
        #pragma HLS INLINE
        res_T y = a * b;
        return y;
    }
};

// The sum times a power of two: a shift.
template <class a_T, class b_T, class res_T, typename CONFIG_T> struct AverageElement {
    static res_T apply(a_T a, b_T b) {
        #pragma HLS INLINE
        res_T y = (a + b) * power_of_two<typename CONFIG_T::share_t>();
        return y;
    }
};

template <class a_T, class b_T, class res_T, typename CONFIG_T> struct MaximumElement {
    static res_T apply(a_T a, b_T b) {
        #pragma HLS INLINE
        res_T y = b;
        if (a > b)
            y = a;
        return y;
    }
};

template <class a_T, class b_T, class res_T, typename CONFIG_T> struct MinimumElement {
    static res_T apply(a_T a, b_T b) {
        #pragma HLS INLINE
        res_T y = b;
        if (a < b)
            y = a;
        return y;
    }
};

// io_parallel: all elements at once.
template <class a_T, class b_T, class res_T, typename CONFIG_T>
void merge_layer(a_T a[CONFIG_T::n_in], b_T b[CONFIG_T::n_in], res_T res[CONFIG_T::n_in]) {
    #pragma HLS PIPELINE
Elements:
    for (unsigned i = 0; i < CONFIG_T::n_in; i++) {
        #pragma HLS UNROLL
        res[i] = CONFIG_T::template element<a_T, b_T, res_T, CONFIG_T>::apply(a[i], b[i]);
    }
}

// io_stream: a packet a cycle.
template <class a_T, class b_T, class res_T, typename CONFIG_T>
void merge_layer(hls::stream<a_T> &a, hls::stream<b_T> &b, hls::stream<res_T> &res) {
    typedef typename res_T::value_type out_T;
Packets:
    for (unsigned i = 0; i < CONFIG_T::n_in / res_T::size; i++) {
        #pragma HLS PIPELINE
        a_T a_pack = a.read();
        b_T b_pack = b.read();
        res_T out_pack;
        PRAGMA_DATA_PACK(out_pack)
    Elements:
        for (unsigned j = 0; j < res_T::size; j++) {
            #pragma HLS UNROLL
            out_pack[j] =
                CONFIG_T::template element<typename a_T::value_type, typename b_T::value_type, out_T,
                                           CONFIG_T>::apply(a_pack[j], b_pack[j]);
        }
        res.write(out_pack);
    }
}

// io_parallel: in turns, n_first elements of a and n_second elements of b.
template <class a_T, class b_T, class res_T, typename CONFIG_T>
void concatenate_layer(a_T a[CONFIG_T::n_turns * CONFIG_T::n_first],
                       b_T b[CONFIG_T::n_turns * CONFIG_T::n_second],
                       res_T res[CONFIG_T::n_turns * (CONFIG_T::n_first + CONFIG_T::n_second)]) {
    #pragma HLS PIPELINE
    const unsigned length = CONFIG_T::n_first + CONFIG_T::n_second;
Turns:
    for (unsigned i = 0; i < CONFIG_T::n_turns; i++) {
        #pragma HLS UNROLL
    First:
        for (unsigned j = 0; j < CONFIG_T::n_first; j++) {
            #pragma HLS UNROLL
            res[i * length + j] = a[i * CONFIG_T::n_first + j];
        }
    Second:
        for (unsigned j = 0; j < CONFIG_T::n_second; j++) {
            #pragma HLS UNROLL
            res[i * length + CONFIG_T::n_first + j] = b[i * CONFIG_T::n_second + j];
        }
    }
}

template <class pack_T, class res_T> res_T converted(pack_T in_pack) {
    #pragma HLS INLINE
    res_T out_pack;
    PRAGMA_DATA_PACK(out_pack)
    for (unsigned j = 0; j < res_T::size; j++) {
        #pragma HLS UNROLL
        out_pack[j] = in_pack[j];
    }
    return out_pack;
}

// io_stream, along the last dimension: one packet of two.
template <class a_T, class b_T, class res_T, typename CONFIG_T>
void concatenate_channels(hls::stream<a_T> &a, hls::stream<b_T> &b, hls::stream<res_T> &res) {
Packets:
    for (unsigned i = 0; i < CONFIG_T::n_turns; i++) {
        #pragma HLS PIPELINE
        a_T a_pack = a.read();
        b_T b_pack = b.read();
        res_T out_pack;
        PRAGMA_DATA_PACK(out_pack)
    First:
        for (unsigned j = 0; j < a_T::size; j++) {
            #pragma HLS UNROLL
            out_pack[j] = a_pack[j];
        }
    Second:
        for (unsigned j = 0; j < b_T::size; j++) {
            #pragma HLS UNROLL
            out_pack[a_T::size + j] = b_pack[j];
        }
        res.write(out_pack);
    }
}

// io_stream, along another dimension: in turns, the packets of a and those of b.
template <class a_T, class b_T, class res_T, typename CONFIG_T>
void concatenate_packets(hls::stream<a_T> &a, hls::stream<b_T> &b, hls::stream<res_T> &res) {
Turns:
    for (unsigned i = 0; i < CONFIG_T::n_turns; i++) {
    First:
        for (unsigned j = 0; j < CONFIG_T::n_first / a_T::size; j++) {
            #pragma HLS PIPELINE
            res.write(converted<a_T, res_T>(a.read()));
        }
    Second:
        for (unsigned j = 0; j < CONFIG_T::n_second / b_T::size; j++) {
            #pragma HLS PIPELINE
            res.write(converted<b_T, res_T>(b.read()));
        }
    }
}

} // namespace nnet

#endif
