#ifndef CODESIGN_SOFTMAX_H_
#define CODESIGN_SOFTMAX_H_

#include "ap_fixed.h"
#include "hls_stream.h"
#include "nnet_common.h"
#include "nnet_types.h"

namespace nnet {

// Softmax by two tables that are part of the network: exponentials[max - x] * inverses[sum].
// Both are addressed by the bits of a fixed-point number; all arithmetic between them is exact.
template <class data_T, class res_T, typename CONFIG_T>
void softmax_vector(data_T data[CONFIG_T::n_in], res_T res[CONFIG_T::n_in],
                    typename CONFIG_T::exponentials_t exponentials[CONFIG_T::n_exponentials],
                    typename CONFIG_T::inverses_t inverses[CONFIG_T::n_inverses]) {
    #pragma HLS INLINE

    data_T largest = data[0];
Largest:
    for (unsigned i = 1; i < CONFIG_T::n_in; i++) {
        #pragma HLS UNROLL
        if (data[i] > largest)
            largest = data[i];
    }

    typename CONFIG_T::exponentials_t terms[CONFIG_T::n_in];
    #pragma HLS ARRAY_PARTITION variable=terms complete
    typename CONFIG_T::sum_t sum = 0;
Exponentials:
    for (unsigned i = 0; i < CONFIG_T::n_in; i++) {
        #pragma HLS UNROLL
        typename CONFIG_T::difference_t difference = largest - data[i];
        ap_uint<CONFIG_T::difference_t::width> address =
            difference.range(CONFIG_T::difference_t::width - 1, 0);
        terms[i] = exponentials[address.to_uint()];
        sum += terms[i];
    }

    typename CONFIG_T::total_t total = sum;
    ap_uint<CONFIG_T::total_t::width> place = total.range(CONFIG_T::total_t::width - 1, 0);
    typename CONFIG_T::inverses_t inverse = inverses[place.to_uint()];
Products:
    for (unsigned i = 0; i < CONFIG_T::n_in; i++) {
        #pragma HLS UNROLL
        res[i] = terms[i] * inverse;
    }
}

// io_parallel: over the last dimension of a tensor, everything at once.
template <class data_T, class res_T, typename CONFIG_T>
void table_softmax(data_T data[CONFIG_T::n_in * CONFIG_T::n_vectors],
                   res_T res[CONFIG_T::n_in * CONFIG_T::n_vectors],
                   typename CONFIG_T::exponentials_t exponentials[CONFIG_T::n_exponentials],
                   typename CONFIG_T::inverses_t inverses[CONFIG_T::n_inverses]) {
    #pragma HLS PIPELINE
    #pragma HLS function_instantiate variable=exponentials,inverses
Vectors:
    for (unsigned i = 0; i < CONFIG_T::n_vectors; i++) {
        #pragma HLS UNROLL
        softmax_vector<data_T, res_T, CONFIG_T>(data + i * CONFIG_T::n_in, res + i * CONFIG_T::n_in,
                                                exponentials, inverses);
    }
}

// io_stream: a packet is the last dimension.
template <class data_T, class res_T, typename CONFIG_T>
void table_softmax(hls::stream<data_T> &data, hls::stream<res_T> &res,
                   typename CONFIG_T::exponentials_t exponentials[CONFIG_T::n_exponentials],
                   typename CONFIG_T::inverses_t inverses[CONFIG_T::n_inverses]) {
    #pragma HLS function_instantiate variable=exponentials,inverses
Vectors:
    for (unsigned i = 0; i < CONFIG_T::n_vectors; i++) {
        #pragma HLS PIPELINE
        data_T in_pack = data.read();
        res_T out_pack;
        PRAGMA_DATA_PACK(out_pack)
        softmax_vector<typename data_T::value_type, typename res_T::value_type, CONFIG_T>(
            in_pack.data, out_pack.data, exponentials, inverses);
        res.write(out_pack);
    }
}

} // namespace nnet

#endif
