#ifndef CODESIGN_MOVE_H_
#define CODESIGN_MOVE_H_

#include "hls_stream.h"
#include "nnet_common.h"
#include "nnet_stream.h"
#include "nnet_types.h"

namespace nnet {

// io_parallel: output element (i, j, k, l) is the input's at offset + i s0 + j s1 + k s2 + l s3.
template <class data_T, class res_T, typename CONFIG_T>
void gather_layer(data_T data[CONFIG_T::n_in], res_T res[CONFIG_T::n_out]) {
    #pragma HLS PIPELINE
    unsigned place = 0;
    for (unsigned i = 0; i < CONFIG_T::size_0; i++) {
        #pragma HLS UNROLL
        for (unsigned j = 0; j < CONFIG_T::size_1; j++) {
            #pragma HLS UNROLL
            for (unsigned k = 0; k < CONFIG_T::size_2; k++) {
                #pragma HLS UNROLL
                for (unsigned l = 0; l < CONFIG_T::size_3; l++) {
                    #pragma HLS UNROLL
                    res[place++] = data[CONFIG_T::offset + i * CONFIG_T::stride_0 + j * CONFIG_T::stride_1 +
                                        k * CONFIG_T::stride_2 + l * CONFIG_T::stride_3];
                }
            }
        }
    }
}

// io_stream: the whole tensor is kept, then read in the other order.
template <class data_T, class res_T, typename CONFIG_T>
void gather_layer(hls::stream<data_T> &data, hls::stream<res_T> &res) {
    typename data_T::value_type kept[CONFIG_T::n_in];
    typename res_T::value_type moved[CONFIG_T::n_out];
    #pragma HLS ARRAY_PARTITION variable=kept complete
    #pragma HLS ARRAY_PARTITION variable=moved complete
Keep:
    for (unsigned i = 0; i < CONFIG_T::n_in / data_T::size; i++) {
        #pragma HLS PIPELINE
        data_T in_pack = data.read();
        for (unsigned j = 0; j < data_T::size; j++) {
            #pragma HLS UNROLL
            kept[i * data_T::size + j] = in_pack[j];
        }
    }
    gather_layer<typename data_T::value_type, typename res_T::value_type, CONFIG_T>(kept, moved);
Send:
    for (unsigned i = 0; i < CONFIG_T::n_out / res_T::size; i++) {
        #pragma HLS PIPELINE
        res_T out_pack;
        PRAGMA_DATA_PACK(out_pack)
        for (unsigned j = 0; j < res_T::size; j++) {
            #pragma HLS UNROLL
            out_pack[j] = moved[i * res_T::size + j];
        }
        res.write(out_pack);
    }
}

// io_stream: packets of another size, one of which divides the other.
template <class data_T, class res_T, typename CONFIG_T>
void repack_layer(hls::stream<data_T> &data, hls::stream<res_T> &res) {
    repack_stream<data_T, res_T, CONFIG_T::n_in>(data, res);
}

// io_stream: the same packets for two readers.
template <class data_T, class res_T, typename CONFIG_T>
void clone_layer(hls::stream<data_T> &data, hls::stream<res_T> &first, hls::stream<res_T> &second) {
    clone_stream<data_T, res_T, CONFIG_T::n_in>(data, first, second);
}

// io_stream: some channels of each packet.
template <class data_T, class res_T, typename CONFIG_T>
void slice_channels(hls::stream<data_T> &data, hls::stream<res_T> &res) {
Packets:
    for (unsigned i = 0; i < CONFIG_T::n_in / data_T::size; i++) {
        #pragma HLS PIPELINE
        data_T in_pack = data.read();
        res_T out_pack;
        PRAGMA_DATA_PACK(out_pack)
        for (unsigned j = 0; j < res_T::size; j++) {
            #pragma HLS UNROLL
            out_pack[j] = in_pack[CONFIG_T::start + j];
        }
        res.write(out_pack);
    }
}

// io_stream: in turns, some packets of n_length.
template <class data_T, class res_T, typename CONFIG_T>
void slice_packets(hls::stream<data_T> &data, hls::stream<res_T> &res) {
Turns:
    for (unsigned i = 0; i < CONFIG_T::n_turns; i++) {
    Packets:
        for (unsigned k = 0; k < CONFIG_T::n_length; k++) {
            #pragma HLS PIPELINE
            data_T in_pack = data.read();
            res_T out_pack;
            PRAGMA_DATA_PACK(out_pack)
            for (unsigned j = 0; j < res_T::size; j++) {
                #pragma HLS UNROLL
                out_pack[j] = in_pack[j];
            }
            if (k >= CONFIG_T::start && k < CONFIG_T::start + CONFIG_T::n_kept)
                res.write(out_pack);
        }
    }
}

} // namespace nnet

#endif
