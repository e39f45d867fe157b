#ifndef CODESIGN_LOOKUP_H_
#define CODESIGN_LOOKUP_H_

#include "ap_fixed.h"
#include "hls_stream.h"
#include "nnet_common.h"
#include "nnet_types.h"

namespace nnet {

// The same bits in a type of the same width: nothing is rounded, nothing overflows.
template <class res_T, class entry_T> res_T same_bits(entry_T entry) {
    #pragma HLS INLINE
    res_T y = 0;
    y.range(res_T::width - 1, 0) = entry.range(entry_T::width - 1, 0);
    return y;
}

// levels[number of thresholds <= x].
template <class data_T, class res_T, typename CONFIG_T>
res_T step_of(data_T x, typename CONFIG_T::thresholds_t thresholds[CONFIG_T::n_thresholds],
              typename CONFIG_T::levels_t levels[CONFIG_T::n_levels]) {
    #pragma HLS INLINE
    ap_uint<CONFIG_T::count_bits> count = 0;
Thresholds:
    for (unsigned i = 0; i < CONFIG_T::n_thresholds; i++) {
        #pragma HLS UNROLL
        if (x >= thresholds[i])
            count++;
    }
    return same_bits<res_T>(levels[count.to_uint()]);
}

// values[hardware integer of x minus its smallest one].
template <class data_T, class res_T, typename CONFIG_T>
res_T entry_of(data_T x, typename CONFIG_T::values_t values[CONFIG_T::n_values]) {
    #pragma HLS INLINE
    ap_uint<data_T::width> bits = x.range(data_T::width - 1, 0);
    ap_uint<data_T::width> address = bits + ap_uint<data_T::width>(CONFIG_T::offset);
    return same_bits<res_T>(values[address.to_uint()]);
}

// io_parallel: all elements at once.
template <class data_T, class res_T, typename CONFIG_T>
void steps_layer(data_T data[CONFIG_T::n_in], res_T res[CONFIG_T::n_in],
                 typename CONFIG_T::thresholds_t thresholds[CONFIG_T::n_thresholds],
                 typename CONFIG_T::levels_t levels[CONFIG_T::n_levels]) {
    #pragma HLS PIPELINE
    #pragma HLS function_instantiate variable=thresholds,levels
Elements:
    for (unsigned i = 0; i < CONFIG_T::n_in; i++) {
        #pragma HLS UNROLL
        res[i] = step_of<data_T, res_T, CONFIG_T>(data[i], thresholds, levels);
    }
}

// io_stream: a packet a cycle.
template <class data_T, class res_T, typename CONFIG_T>
void steps_layer(hls::stream<data_T> &data, hls::stream<res_T> &res,
                 typename CONFIG_T::thresholds_t thresholds[CONFIG_T::n_thresholds],
                 typename CONFIG_T::levels_t levels[CONFIG_T::n_levels]) {
    #pragma HLS function_instantiate variable=thresholds,levels
Packets:
    for (unsigned i = 0; i < CONFIG_T::n_in / data_T::size; i++) {
        #pragma HLS PIPELINE
        data_T in_pack = data.read();
        res_T out_pack;
        PRAGMA_DATA_PACK(out_pack)
    Elements:
        for (unsigned j = 0; j < data_T::size; j++) {
            #pragma HLS UNROLL
            out_pack[j] = step_of<typename data_T::value_type, typename res_T::value_type, CONFIG_T>(
                in_pack[j], thresholds, levels);
        }
        res.write(out_pack);
    }
}

// io_parallel: all elements at once.
template <class data_T, class res_T, typename CONFIG_T>
void table_layer(data_T data[CONFIG_T::n_in], res_T res[CONFIG_T::n_in],
                 typename CONFIG_T::values_t values[CONFIG_T::n_values]) {
    #pragma HLS PIPELINE
    #pragma HLS function_instantiate variable=values
Elements:
    for (unsigned i = 0; i < CONFIG_T::n_in; i++) {
        #pragma HLS UNROLL
        res[i] = entry_of<data_T, res_T, CONFIG_T>(data[i], values);
    }
}

// io_stream: a packet a cycle.
template <class data_T, class res_T, typename CONFIG_T>
void table_layer(hls::stream<data_T> &data, hls::stream<res_T> &res,
                 typename CONFIG_T::values_t values[CONFIG_T::n_values]) {
    #pragma HLS function_instantiate variable=values
Packets:
    for (unsigned i = 0; i < CONFIG_T::n_in / data_T::size; i++) {
        #pragma HLS PIPELINE
        data_T in_pack = data.read();
        res_T out_pack;
        PRAGMA_DATA_PACK(out_pack)
    Elements:
        for (unsigned j = 0; j < data_T::size; j++) {
            #pragma HLS UNROLL
            out_pack[j] =
                entry_of<typename data_T::value_type, typename res_T::value_type, CONFIG_T>(in_pack[j], values);
        }
        res.write(out_pack);
    }
}

} // namespace nnet

#endif
